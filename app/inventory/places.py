"""Where units lie inside a site: by bin, lot and condition. Whoever holds the level's lock holds its places too."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from app.inventory.errors import PlaceEmpty
from app.inventory.levels import Key
from app.inventory.values import GOOD
from app.kernel import bulk


@dataclass(frozen=True, kw_only=True)
class Place:
    """Units of one SKU in one bin (none: a tote, the dock), of one lot, in one condition; ``quantity`` is above 0."""

    sku_id: int
    site_id: int
    bin_id: int | None
    lot_id: int | None
    condition: str
    quantity: int
    bin_code: str
    bin_kind: str
    pick_sequence: int
    lot_code: str
    expires_on: date | None
    remove_on: date | None
    received_on: date | None
    is_frozen: bool

    @property
    def key(self) -> Key:
        return self.sku_id, self.site_id


@dataclass(frozen=True, kw_only=True)
class Portion:
    """Units taken from one place."""

    bin_id: int | None
    lot_id: int | None
    condition: str
    quantity: int


Order = Callable[[Place], tuple[object, ...]]


def of_levels(session: Session, keys: Collection[Key]) -> dict[Key, list[Place]]:
    """What lies where, in walking order; every key has an answer, empty where nothing lies."""
    found: dict[Key, list[Place]] = {key: [] for key in keys}
    for row in bulk.pairs(session, PLACES, [sku for sku, _ in found], [site for _, site in found]):
        place = Place(**row._asdict())
        found[place.key].append(place)
    return found


def shelves_first(place: Place) -> tuple[object, ...]:
    """A loss is a loss from the shelf: what is in totes and boxes has just been held in the hand."""
    return place.bin_id is None, place.pick_sequence, place.bin_code, place.lot_code, place.lot_id or 0


def totes_first(place: Place) -> tuple[object, ...]:
    """What leaves the building was taken off the shelf before."""
    return place.bin_id is not None, place.pick_sequence, place.bin_code, place.lot_code, place.lot_id or 0


def take(places: Sequence[Place], quantity: int) -> list[Portion]:
    """So many units from these places, in the order given. Raises ``PlaceEmpty`` where they hold fewer."""
    portions, left = [], quantity
    for place in places:
        units = min(left, place.quantity)
        if units > 0:
            portions.append(
                Portion(bin_id=place.bin_id, lot_id=place.lot_id, condition=place.condition, quantity=units)
            )
            left -= units
    if left > 0:
        raise PlaceEmpty(f"only {quantity - left} lie there, not {quantity}: look again, or count that place")
    return portions


class Shelves:
    """What lies at locked levels, brought along while one batch takes from it and puts to it."""

    def __init__(self, places: Mapping[Key, Iterable[Place]]) -> None:
        self._places = {key: list(found) for key, found in places.items()}

    def at(self, key: Key) -> list[Place]:
        return [place for place in self._places.get(key, []) if place.quantity > 0]

    def take(
        self, key: Key, quantity: int, *, order: Order, where: Callable[[Place], bool] = lambda _: True
    ) -> list[Portion]:
        """Raises ``PlaceEmpty``."""
        portions = take(sorted(filter(where, self.at(key)), key=order), quantity)
        for portion in portions:
            self.put(key, replace(portion, quantity=-portion.quantity))
        return portions

    def put(self, key: Key, portion: Portion) -> None:
        """Add units (negative: take them off) at a place, of which nothing but its ids need be known."""
        places = self._places.setdefault(key, [])
        for at, place in enumerate(places):
            if (place.bin_id, place.lot_id, place.condition) == (portion.bin_id, portion.lot_id, portion.condition):
                places[at] = replace(place, quantity=place.quantity + portion.quantity)
                return
        places.append(_unknown(key, portion))


def is_good(place: Place) -> bool:
    return place.condition == GOOD


def _unknown(key: Key, portion: Portion) -> Place:
    return Place(
        sku_id=key[0],
        site_id=key[1],
        **vars(portion),
        bin_code="",
        bin_kind="",
        pick_sequence=0,
        lot_code="",
        expires_on=None,
        remove_on=None,
        received_on=None,
        is_frozen=False,
    )


PLACES = """
SELECT p.sku_id, p.site_id, p.bin_id, p.lot_id, p.condition, p.quantity, coalesce(b.code, '') AS bin_code,
       coalesce(b.kind, '') AS bin_kind, coalesce(b.pick_sequence, 0) AS pick_sequence,
       coalesce(t.code, '') AS lot_code, t.expires_on, t.remove_on, t.received_on, t.frozen_at IS NOT NULL AS is_frozen
  FROM unnest(%(first)s::bigint[], %(second)s::bigint[]) AS k(sku_id, site_id)
  JOIN bin_stock p USING (sku_id, site_id) LEFT JOIN bins b ON b.id = p.bin_id LEFT JOIN lots t ON t.id = p.lot_id
 WHERE p.quantity > 0 ORDER BY p.sku_id, p.site_id, b.pick_sequence, b.code, t.code, p.id
"""
