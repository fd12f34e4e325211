"""An order's lines as they were asked for: each alone, or several as one kit."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.queries.order_page import Kit, Line


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """One line, or all lines of one kit: what is cancelled together. Counts are of kits, where it is one."""

    lines: tuple[Line, ...]

    @property
    def kit(self) -> Kit | None:
        return self.lines[0].kit

    @property
    def key(self) -> str:
        """Names it in a form."""
        return f"kit-{self.kit.position}" if self.kit else f"line-{self.lines[0].id}"

    @property
    def sku(self) -> str:
        return self.kit.code if self.kit else self.lines[0].sku

    @property
    def name(self) -> str:
        return self.kit.name if self.kit else self.lines[0].name

    @property
    def ordered(self) -> int:
        return self.kit.quantity if self.kit else self.lines[0].ordered

    @property
    def total_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)

    @property
    def cancellable(self) -> int:
        """A kit is cancelled whole: as many as none of its parts has been picked of."""
        return min(line.cancellable // _per(line) for line in self.lines)

    def units(self, count: int) -> dict[int, int]:
        """Units by line id that so many of it come to."""
        return {line.id: count * _per(line) for line in self.lines}


def bundles(lines: Iterable[Line]) -> list[Bundle]:
    """In the order of the lines."""
    found: dict[tuple[str, int], list[Line]] = {}
    for line in lines:
        key = ("kit", line.kit.position) if line.kit else ("line", line.id)
        found.setdefault(key, []).append(line)
    return [Bundle(lines=tuple(mine)) for mine in found.values()]


def _per(line: Line) -> int:
    return line.kit.per_kit if line.kit else 1
