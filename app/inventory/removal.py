"""Which units leave first. Pure: places in, portions and reasons out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.inventory.places import Place, Portion
from app.inventory.values import GOOD

STRATEGIES = {
    "fifo": "First in, first out",
    "lifo": "Last in, first out",
    "fefo": "First expired, first out",
    "closest": "Closest to where the walk begins",
}
NOT_FOR_PICKING = frozenset({"quarantine", "stage", "pack"})
DOCK = "receiving"
FAR = date.max


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What to take, in order; ``missing`` units found no place; ``left_out`` says by place why it was not offered."""

    portions: tuple[Portion, ...]
    missing: int
    left_out: Mapping[Place, str]


def choose(
    places: Sequence[Place], quantity: int, *, strategy: str, today: date, least_shelf_life_days: int = 0
) -> Choice:
    """Take ``quantity`` units from the places of one level by one of ``STRATEGIES``.

    FEFO goes by the day of removal, not of expiry. What is not good, frozen, due for removal or too near its end for
    this customer is left out, and so are bins that nobody picks from; what still lies on the dock comes last. One lot
    that has all is preferred to several, where the strategy does not care. The same places give the same answer.
    Raises KeyError for an unknown strategy.
    """
    needed_until = today + timedelta(days=least_shelf_life_days)
    left_out = {place: why for place in places if (why := _why_not(place, today, needed_until))}
    offered = sorted((place for place in places if place not in left_out), key=lambda one: _rank(one, strategy))
    portions, left = [], quantity
    for place in _whole_lot_first(offered, quantity, strategy):
        units = min(left, place.quantity)
        if units > 0:
            portions.append(
                Portion(bin_id=place.bin_id, lot_id=place.lot_id, condition=place.condition, quantity=units)
            )
            left -= units
    return Choice(portions=tuple(portions), missing=left, left_out=left_out)


def _why_not(place: Place, today: date, needed_until: date) -> str:
    if place.condition != GOOD:
        return f"it is {place.condition.replace('_', ' ')}"
    if place.is_frozen:
        return f"lot {place.lot_code} is frozen"
    if place.bin_kind in NOT_FOR_PICKING:
        return f"nobody picks from a {place.bin_kind} bin"
    if place.remove_on is not None and place.remove_on <= today:
        return f"lot {place.lot_code} was to be removed on {place.remove_on}"
    if place.expires_on is not None and place.expires_on < needed_until:
        return f"lot {place.lot_code} expires on {place.expires_on}, this customer needs it until {needed_until}"
    return ""


def _rank(place: Place, strategy: str) -> tuple[object, ...]:
    """Ties are settled by the walk, then by codes, so that two people are told the same."""
    walk = (place.bin_id is None, place.pick_sequence, place.bin_code, place.lot_code, place.lot_id or 0)
    received = (place.received_on or date.min).toordinal()
    rank = {
        "fifo": (received, *walk),
        "lifo": (-received, *walk),
        "fefo": (place.remove_on or place.expires_on or FAR, received, *walk),
        "closest": walk,
    }[strategy]
    return place.bin_kind == DOCK, *rank


def _whole_lot_first(offered: Sequence[Place], quantity: int, strategy: str) -> Sequence[Place]:
    """Where only the walk decides, a lot that covers all of it spares a split."""
    if strategy != "closest":
        return offered
    sums: dict[int | None, int] = {}
    for place in offered:
        sums[place.lot_id] = sums.get(place.lot_id, 0) + place.quantity
    whole = next((place.lot_id for place in offered if sums[place.lot_id] >= quantity), None)
    return sorted(offered, key=lambda place: place.lot_id != whole)
