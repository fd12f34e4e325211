"""Stock facts by hand or by file: never refused for a promise's sake."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.inventory import cases, lots, places, sites
from app.inventory.cases import NewCase
from app.inventory.events import StockAdjusted, StockArrived
from app.inventory.levels import Key, Level
from app.inventory.places import Place, Portion, Shelves, shelves_first
from app.inventory.post import Movement, post
from app.inventory.values import CONDITIONS, GOOD
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.kernel.events import Event, emit
from app.orders import facts
from app.workflows.displace import candidates, displace, lock_losing
from app.workflows.route_orders import route_backordered

REASONS = {
    "opening": "Opening stock",
    "receipt": "Goods received",
    "count": "Counted",
    "found": "Found",
    "lost": "Lost",
    "damage": "Damaged",
    "repair": "Repaired, sellable again",
    "correction": "Correction of an entry",
    "short_pick": "Not found when picking",
    "import_undone": "Import undone",
    "condition": "Condition changed",
    "scrap": "Scrapped",
    "receipt_undone": "Receipt undone",
    "transfer_in": "Arrived from another site",
    "transfer_undone": "Arrival from another site undone",
    "expiry": "Expired",
    "vendor": "Sent back to the vendor",
}


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """Signed units. ``on_hand`` come to a place, or are gone from it; where neither bin nor lot is named, what is gone
    is taken from wherever it lies, the good first. ``unavailable`` turns so many good units into ``condition``, or
    back: damage is +1, a repair is -1. Not both at once.
    """

    sku_id: int
    site_id: int
    reason: str
    on_hand: int = 0
    unavailable: int = 0
    bin_id: int | None = None
    lot_id: int | None = None
    condition: str = GOOD
    is_exact: bool = False  # the place is meant as it is named: no bin is no bin
    reference: tuple[str, int] = ("adjustment", 0)
    serial_ids: tuple[int, ...] = ()

    @property
    def key(self) -> Key:
        return self.sku_id, self.site_id

    @property
    def unsellable(self) -> str:
        """The condition that ``unavailable`` speaks of."""
        return "damaged" if self.condition == GOOD else self.condition

    @property
    def is_named(self) -> bool:
        """Whether the place is named."""
        return self.is_exact or self.bin_id is not None or self.lot_id is not None

    @property
    def loses(self) -> int:
        """Units that can no longer be promised, at most; negative where they come."""
        return self.unavailable - (self.on_hand if self.condition == GOOD else 0)


def adjust_stock(session: Session, adjustments: Sequence[Adjustment], *, actor: Actor) -> None:
    """Post the facts; promises that no longer hold are displaced, latest first, and routed again or backordered."""
    _refuse_nonsense(adjustments)
    held = lock_losing(session, losses(adjustments))
    stopped = _stopped(session, adjustments)
    turned = [one for one, _ in stopped]
    movements = movements_of(session, [*adjustments, *turned])
    gone = lost(movements)
    shortfalls = {key: gone[key] - level.unpromised for key, level in held.items()}
    facts.lock(session, candidates(session, shortfalls))  # whoever was promised units between the two locks
    codes = {site.id: site.code for site in sites.all_of_them(session)}
    displaced = displace(session, shortfalls, site_codes=codes, reason="displace", actor=actor)
    post(session, movements, actor=actor)
    _open_cases(session, stopped, actor)
    emit(session, [event for one in [*adjustments, *turned] for event in _events(one, held[one.key])], actor=actor)
    if displaced:
        route_backordered(session, displaced, cause="displaced", actor=actor)


def movements_of(session: Session, adjustments: Sequence[Adjustment]) -> list[Movement]:
    """What is to be posted for these facts; their levels are locked. Raises Invalid where so many do not lie there."""
    leaving = {one.key for one in adjustments if one.on_hand < 0 or one.unavailable}
    shelves = Shelves(places.of_levels(session, leaving) if leaving else {})
    return [movement for one in adjustments for movement in _steps(one, shelves)]


def lost(movements: Sequence[Movement]) -> Counter[Key]:
    """Units that each level can no longer promise; negative where it gains, 0 where nothing moves."""
    sums: Counter[Key] = Counter()
    for one in movements:
        sums[one.key] += one.unavailable - one.on_hand
    return sums


def _stopped(session: Session, adjustments: Sequence[Adjustment]) -> list[tuple[Adjustment, str]]:
    """Good units that come of a frozen lot go into quarantine as they come, and why; nobody freezes one meanwhile."""
    come = [one for one in adjustments if one.on_hand > 0 and one.condition == GOOD and one.lot_id is not None]
    frozen = lots.arriving(session, [one.lot_id for one in come if one.lot_id is not None]) if come else {}
    return [
        (_turned(one, one.lot_id), frozen[one.lot_id])
        for one in come
        if one.lot_id is not None and one.lot_id in frozen
    ]


def _turned(one: Adjustment, lot_id: int) -> Adjustment:
    return replace(
        one,
        reason="condition",
        on_hand=0,
        unavailable=one.on_hand,
        condition="quarantine",
        is_exact=True,
        reference=one.reference if one.serial_ids else ("lot", lot_id),  # the number has one step: it says why it came
    )


def _open_cases(session: Session, stopped: Sequence[tuple[Adjustment, str]], actor: Actor) -> None:
    """They are posted: a number that lay in quarantine before keeps its own case, and one that shared a case leaves it
    for the new one."""
    ids = {id for one, _ in stopped for id in one.serial_ids}
    known = cases.own_case(session, ids) if ids else set()
    opened = [case for one, why in stopped if (case := _case(one, why, known)).quantity]
    cases.add(session, opened, actor=actor)
    if opened:
        held = {(case.sku_id, case.site_id, case.lot_id, case.condition) for case in opened}
        cases.shrink(session, held, actor=actor)


def _case(one: Adjustment, why: str, known: Collection[int]) -> NewCase:
    """Of the units whose numbers are not ``known`` by a case."""
    new = [id for id in one.serial_ids if id not in known]
    return NewCase(
        sku_id=one.sku_id,
        site_id=one.site_id,
        bin_id=one.bin_id,
        lot_id=one.lot_id,
        serial_id=new[0] if len(new) == 1 else None,
        condition=one.condition,
        quantity=one.unavailable - (len(one.serial_ids) - len(new)),
        reason=why,
    )


def _refuse_nonsense(adjustments: Sequence[Adjustment]) -> None:
    unknown = [one for one in adjustments if one.reason not in REASONS]
    if unknown:
        raise Invalid([("reason", f"“{one.reason}” is not one of {', '.join(REASONS)}") for one in unknown])
    if any(one.condition not in CONDITIONS for one in adjustments):
        raise Invalid([("condition", f"choose one of {', '.join(CONDITIONS)}")])
    if any(one.on_hand and one.unavailable for one in adjustments):
        raise ValueError("an adjustment counts units or changes their condition, not both")


def losses(adjustments: Sequence[Adjustment]) -> dict[Key, int]:
    """Units that can no longer be promised, at most, of every level that is spoken of."""
    sums: dict[Key, int] = {}
    for one in adjustments:
        sums[one.key] = sums.get(one.key, 0) + one.loses
    return sums


def _steps(one: Adjustment, shelves: Shelves) -> list[Movement]:
    if one.on_hand > 0:
        come = Portion(bin_id=one.bin_id, lot_id=one.lot_id, condition=one.condition, quantity=one.on_hand)
        shelves.put(one.key, come)
        return [_movement(one, come, one.on_hand)]
    if one.on_hand < 0:
        is_any = one.condition == GOOD and not one.is_named
        gone = _taken(one, -one.on_hand, tuple(CONDITIONS) if is_any else (one.condition,), shelves)
        return [_movement(one, portion, -portion.quantity) for portion in gone]
    before, after = (GOOD, one.unsellable) if one.unavailable > 0 else (one.unsellable, GOOD)
    turned = _taken(one, abs(one.unavailable), (before,), shelves)
    return [step for portion in turned for step in _turn(one, portion, after, shelves)]


def _turn(one: Adjustment, portion: Portion, after: str, shelves: Shelves) -> list[Movement]:
    """They are in the new condition before they are out of the old one, so that no promise looks broken in between."""
    turned = Portion(bin_id=portion.bin_id, lot_id=portion.lot_id, condition=after, quantity=portion.quantity)
    shelves.put(one.key, turned)
    return [_movement(one, turned, portion.quantity), _movement(one, portion, -portion.quantity)]


def _taken(one: Adjustment, units: int, conditions: Sequence[str], shelves: Shelves) -> list[Portion]:
    """Raises Invalid, naming what lies there."""

    def is_meant(place: Place) -> bool:
        is_there = (place.bin_id, place.lot_id) == (one.bin_id, one.lot_id)
        return place.condition in conditions and (is_there or not one.is_named)

    there = sum(place.quantity for place in shelves.at(one.key) if is_meant(place))
    if units > there:
        what = "on hand" if conditions[0] == GOOD else CONDITIONS[conditions[0]].lower()
        where = " in that place" if one.is_named else ""
        raise Invalid([("quantity", f"there are only {there} {what}{where}: {units} cannot be taken off")])
    return shelves.take(one.key, units, where=is_meant, order=lambda one: (one.condition != GOOD, *shelves_first(one)))


def _movement(one: Adjustment, portion: Portion, on_hand: int) -> Movement:
    return Movement(
        sku_id=one.sku_id,
        site_id=one.site_id,
        on_hand=on_hand,
        bin_id=portion.bin_id,
        lot_id=portion.lot_id,
        condition=portion.condition,
        reason=one.reason,
        reference=one.reference,
        serial_ids=one.serial_ids,
    )


def _events(one: Adjustment, level: Level) -> list[Event]:
    events: list[Event] = [
        StockAdjusted(
            stock_level_id=level.id,
            sku_id=one.sku_id,
            site_id=one.site_id,
            on_hand=one.on_hand,
            unavailable=one.unavailable if one.condition == GOOD or not one.on_hand else one.on_hand,
            reason=one.reason,
        )
    ]
    if one.loses < 0:
        events.append(
            StockArrived(stock_level_id=level.id, sku_id=one.sku_id, site_id=one.site_id, quantity=-one.loses)
        )
    return events
