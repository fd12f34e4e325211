"""What the book says lies on the shelves: what is in totes and boxes has no bin either, and no counter sees it."""

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from app.fulfilment import held_picks
from app.inventory import levels, places
from app.inventory.levels import Key, Level
from app.inventory.values import GOOD

Goods = tuple[int, int | None, str]
Spot = tuple[int | None, int | None, str]


class ShelfBook:
    """Units by level, bin, lot and condition; true while the levels are locked."""

    def __init__(self, units: Mapping[Key, Mapping[Spot, int]], held: Mapping[Key, Level]) -> None:
        self._units = units
        self._held = held

    def sequence(self, key: Key) -> int:
        """The number of the level's last movement; 0 where it has none yet."""
        return self._held[key].sequence if key in self._held else 0

    def at(self, key: Key, bin_id: int | None, lot_id: int | None, condition: str) -> int:
        return self._units.get(key, {}).get((bin_id, lot_id, condition), 0)

    def goods_in(self, site_id: int, bin_id: int | None, sku_id: int | None) -> dict[Goods, int]:
        """By SKU, lot and condition: all that lies in a bin, or what lies of a SKU in none."""
        return {
            (sku, lot, condition): units
            for (sku, site), shelf in self._units.items()
            if site == site_id and sku_id in (None, sku)
            for (bin, lot, condition), units in shelf.items()
            if bin == bin_id and units > 0
        }


def lock(session: Session, keys: Collection[Key]) -> ShelfBook:
    """Lock those of these levels that there are, and read what lies there."""
    held = levels.lock_skus(session, {sku for sku, _ in keys}, {site for _, site in keys})
    return read(session, keys, held=held)


def read(session: Session, keys: Collection[Key], *, held: Mapping[Key, Level] | None = None) -> ShelfBook:
    """Without a lock it is only a hint."""
    units: dict[Key, dict[Spot, int]] = {
        key: {(one.bin_id, one.lot_id, one.condition): one.quantity for one in found}
        for key, found in places.of_levels(session, keys).items()
    }
    for (sku_id, site_id, lot_id), loose in held_picks.loose(session, keys).items():
        shelf, tote = units[sku_id, site_id], (None, lot_id, GOOD)
        shelf[tote] = max(0, shelf.get(tote, 0) - loose)
    return ShelfBook(units, held or {})
