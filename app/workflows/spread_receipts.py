"""Which lines of a purchase order arriving units belong to, and whether so many may come in. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from app.catalogue.goods import Good
from app.inventory.values import GOOD
from app.kernel.errors import DomainError
from app.purchasing.orders import Buying, Line

DAMAGED = "damaged"


class NotOnOrder(DomainError):
    """What was scanned was not ordered here."""


class OverReceipt(DomainError):
    """More came than the supplier's tolerance allows."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """``code`` is ours, a GTIN or the supplier's. An empty ``bin`` is the site's receiving bin, or none.

    ``serials`` are the numbers of the units, one for each, or none.
    """

    code: str
    quantity: int = 1
    condition: str = GOOD
    lot: str = ""
    expires_on: date | None = None
    bin: str = ""
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Part:
    """Units of one item that belong to one line, with their numbers; ``received`` is that line's count with them."""

    line: Line
    good: Good
    item: Item
    quantity: int
    received: int
    serials: tuple[str, ...] = ()


def most_of(line: Line, over_percent: int) -> int:
    """Units of a line that may come in without anybody's leave."""
    return line.wanted * (100 + over_percent) // 100


class Spreader:
    """Counts along, so that items of one delivery, or deliveries of one batch, never exceed the tolerance together."""

    def __init__(self, found: Sequence[Buying]) -> None:
        self._received = {line.id: line.received for one in found for line in one.lines}

    def spread(self, one: Buying, item: Item, good: Good, *, is_allowed: bool) -> list[Part]:
        """Fill the SKU's lines by position, then use their tolerance; ``is_allowed`` lets any number in."""
        lines = [line for line in one.of_sku(good.code) if line.wanted]
        if not lines:
            why = f"{good.code} is not on {one.number}: set it aside and scan the next item"
            raise NotOnOrder(why, field="code")
        left, parts = item.quantity, []
        rooms = [(line, line.wanted) for line in lines] + [(line, most_of(line, one.over_percent)) for line in lines]
        for line, most in rooms:
            units = min(left, max(0, most - self._received[line.id]))
            left -= units
            parts += self._part(line, good, item, units)
        if left and not is_allowed:
            raise OverReceipt(self._too_many(one, item, good, lines), field="quantity")
        return _numbered(_merged([*parts, *self._part(lines[-1], good, item, left)]), item.serials)

    def _part(self, line: Line, good: Good, item: Item, units: int) -> list[Part]:
        if not units:
            return []
        self._received[line.id] += units
        return [Part(line=line, good=good, item=item, quantity=units, received=self._received[line.id])]

    def _too_many(self, one: Buying, item: Item, good: Good, lines: Sequence[Line]) -> str:
        wanted = sum(line.wanted for line in lines)
        before = sum(line.received for line in lines)
        room = max(0, sum(most_of(line, one.over_percent) for line in lines) - before)
        more = f"at most {room} more may come in" if room else "no more may come in"
        tolerance = f" ({one.over_percent} % over is tolerated)" if one.over_percent else ""
        return (
            f"{good.code}: {before} of {wanted} are in, so {more}{tolerance}, not {item.quantity}: put the rest aside,"
            " or let an administrator accept it with a reason"
        )


def _merged(parts: Sequence[Part]) -> list[Part]:
    """One part for each line: its order and its tolerance are filled one after the other."""
    merged: dict[int, Part] = {}
    for part in parts:
        before = merged.get(part.line.id)
        units = part.quantity + (before.quantity if before else 0)
        merged[part.line.id] = Part(
            line=part.line, good=part.good, item=part.item, quantity=units, received=part.received
        )
    return list(merged.values())


def _numbered(parts: Sequence[Part], codes: Sequence[str]) -> list[Part]:
    """Their numbers, in order, where they have some."""
    rest = iter(codes)
    return [replace(part, serials=tuple(islice(rest, part.quantity))) for part in parts]
