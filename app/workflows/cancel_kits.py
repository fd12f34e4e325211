"""A kit is cancelled as it was bought: whole, all its components together."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.kernel.errors import Invalid


@dataclass(frozen=True, kw_only=True)
class KitLine:
    """A line that is part of a kit: ``asked`` units are to be cancelled (None: all that can be), ``free`` can be."""

    order_line_id: int
    of: tuple[int, int]  # the order, and which of its kits
    kit_code: str
    sku_code: str
    per_kit: int
    parts: int  # lines that the kit has in all
    free: int
    asked: int | None


def whole_kits(lines: Sequence[KitLine]) -> dict[int, int]:
    """Units to cancel by line. Raises Invalid where they would leave part of a kit."""
    kits: dict[tuple[int, int], list[KitLine]] = {}
    for line in lines:
        kits.setdefault(line.of, []).append(line)
    return {id: units for kit in kits.values() for id, units in _of_one(kit).items()}


def _of_one(kit: Sequence[KitLine]) -> dict[int, int]:
    first = kit[0]
    number = min(line.free // line.per_kit for line in kit) if first.asked is None else first.asked // first.per_kit
    units = {line.order_line_id: number * line.per_kit for line in kit}
    is_whole = all(line.asked == (None if first.asked is None else units[line.order_line_id]) for line in kit)
    if len(kit) < first.parts or not is_whole:
        why = f"{first.sku_code} is part of the kit {first.kit_code}: cancel whole kits, all their components together"
        raise Invalid([("lines", why)])
    return units
