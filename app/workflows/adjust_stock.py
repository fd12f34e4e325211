"""Stock facts by hand or by file: never refused for a promise's sake."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.inventory import levels, sites
from app.inventory.events import StockAdjusted, StockArrived
from app.inventory.levels import Key, Level
from app.inventory.post import Movement, post
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.kernel.events import Event, emit
from app.orders import facts
from app.workflows.displace import candidates, displace
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
}


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """Signed units. ``unavailable`` moves units within what is on hand: damage is +1, a repair is -1."""

    sku_id: int
    site_id: int
    reason: str
    on_hand: int = 0
    unavailable: int = 0
    reference: tuple[str, int] = ("adjustment", 0)

    @property
    def key(self) -> Key:
        return self.sku_id, self.site_id


def adjust_stock(session: Session, adjustments: Sequence[Adjustment], *, actor: Actor) -> None:
    """Post the facts; promises that no longer hold are displaced, latest first, and routed again or backordered."""
    _refuse_nonsense(adjustments)
    lost = _losses(adjustments)
    facts.lock(session, candidates(session, lost))
    held = levels.lock(session, {one.key for one in adjustments})
    _refuse_below_zero(adjustments, held)
    shortfalls = {key: missing - held[key].unpromised for key, missing in lost.items()}
    facts.lock(session, candidates(session, shortfalls))  # whoever was promised units between the two locks
    codes = {site.id: site.code for site in sites.all_of_them(session)}
    displaced = displace(session, shortfalls, site_codes=codes, reason="displace", actor=actor)
    post(session, [_movement(one) for one in adjustments], actor=actor)
    emit(session, [event for one in adjustments for event in _events(one, held[one.key])], actor=actor)
    if displaced:
        route_backordered(session, displaced, cause="displaced", actor=actor)


def _refuse_nonsense(adjustments: Sequence[Adjustment]) -> None:
    unknown = [one for one in adjustments if one.reason not in REASONS]
    if unknown:
        raise Invalid([("reason", f"“{one.reason}” is not one of {', '.join(REASONS)}") for one in unknown])


def _losses(adjustments: Sequence[Adjustment]) -> dict[Key, int]:
    """Unpromised units that each level loses, where it loses any."""
    sums: dict[Key, int] = {}
    for one in adjustments:
        sums[one.key] = sums.get(one.key, 0) + one.unavailable - one.on_hand
    return {key: lost for key, lost in sums.items() if lost > 0}


def _refuse_below_zero(adjustments: Sequence[Adjustment], held: dict[Key, Level]) -> None:
    for one in adjustments:
        level = held[one.key]
        if level.on_hand + one.on_hand < 0:
            raise Invalid([("quantity", f"there are only {level.on_hand} on hand: {-one.on_hand} cannot be taken off")])
        if level.unavailable + one.unavailable < 0:
            raise Invalid(
                [("quantity", f"only {level.unavailable} are unavailable: {-one.unavailable} cannot come back")]
            )


def _movement(one: Adjustment) -> Movement:
    return Movement(
        sku_id=one.sku_id,
        site_id=one.site_id,
        on_hand=one.on_hand,
        unavailable=one.unavailable,
        reason=one.reason,
        reference=one.reference,
    )


def _events(one: Adjustment, level: Level) -> list[Event]:
    events: list[Event] = [
        StockAdjusted(
            stock_level_id=level.id,
            sku_id=one.sku_id,
            site_id=one.site_id,
            on_hand=one.on_hand,
            unavailable=one.unavailable,
            reason=one.reason,
        )
    ]
    arrived = one.on_hand - one.unavailable
    if arrived > 0:
        events.append(StockArrived(stock_level_id=level.id, sku_id=one.sku_id, site_id=one.site_id, quantity=arrived))
    return events
