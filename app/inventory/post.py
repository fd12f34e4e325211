"""The only writer of stock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import levels
from app.inventory.chain import Link, extend
from app.inventory.errors import ChainMoved, OutOfStock
from app.inventory.levels import Key, Level
from app.inventory.models import StockMovement
from app.kernel import bulk, clock
from app.kernel.actor import Actor


@dataclass(frozen=True, kw_only=True)
class Movement:
    """Signed deltas in units for one SKU at one site. ``reference`` is what caused it, such as ("order_line", 7)."""

    sku_id: int
    site_id: int
    reason: str
    reference: tuple[str, int]
    on_hand: int = 0
    allocated: int = 0
    reserved: int = 0
    unavailable: int = 0
    bin_id: int | None = None
    lot_id: int | None = None
    condition: str = "good"

    @property
    def key(self) -> Key:
        return self.sku_id, self.site_id


def post(
    session: Session, movements: Sequence[Movement], *, actor: Actor, locked: Mapping[Key, Level] | None = None
) -> None:
    """Write movements in the order given and bring balances, chains and bins along, in a constant number of statements.

    ``locked`` are levels that the caller locked in this transaction; without it they are locked here. Raises
    ``OutOfStock`` when a balance would fall below what is promised; nothing is written then.
    """
    if not movements:
        return
    held = locked if locked is not None else levels.lock(session, {movement.key for movement in movements})
    keys = sorted({movement.key for movement in movements})
    before = [replace(held[key]) for key in keys]
    moment = clock.now()
    rows = [_apply(held[movement.key], movement, actor, moment) for movement in movements]
    _write_levels(session, [held[key] for key in keys], before)
    bulk.insert(session, StockMovement, rows)
    _write_bins(session, [movement for movement in movements if movement.on_hand])


def _apply(level: Level, movement: Movement, actor: Actor, moment: datetime) -> dict[str, Any]:
    level.on_hand += movement.on_hand
    level.allocated += movement.allocated
    level.reserved += movement.reserved
    level.unavailable += movement.unavailable
    _refuse_impossible(level, movement)
    level.sequence += 1
    link = Link(
        stock_level_id=level.id,
        sequence=level.sequence,
        on_hand=movement.on_hand,
        allocated=movement.allocated,
        reserved=movement.reserved,
        unavailable=movement.unavailable,
        bin_id=movement.bin_id,
        lot_id=movement.lot_id,
        condition=movement.condition,
        reason=movement.reason,
        reference_type=movement.reference[0],
        reference_id=movement.reference[1],
        actor=actor.code,
        request_id=actor.request_id,
        occurred_at=moment,
    )
    level.chain = extend(level.chain, link)
    return {**vars(link), "chain": level.chain}


def _refuse_impossible(level: Level, movement: Movement) -> None:
    if level.unpromised < 0 or min(level.on_hand, level.allocated, level.reserved, level.unavailable) < 0:
        raise OutOfStock(
            f"SKU {level.sku_id} at site {level.site_id}: {movement.reason} of"
            f" {abs(movement.allocated or movement.on_hand or movement.reserved or movement.unavailable)} units"
            f" leaves {level.on_hand} on hand for {level.allocated + level.reserved + level.unavailable} promised"
        )


def _write_levels(session: Session, changed: Sequence[Level], before: Sequence[Level]) -> None:
    """Deltas, not values: should a writer ever come without the lock, the CHECK still judges the true sum."""
    result = session.execute(
        text(
            "UPDATE stock_levels l SET on_hand = l.on_hand + v.on_hand, allocated = l.allocated + v.allocated,"
            " reserved = l.reserved + v.reserved, unavailable = l.unavailable + v.unavailable,"
            " sequence = l.sequence + v.moves, chain = v.chain"
            " FROM unnest(CAST(:id AS bigint[]), CAST(:before AS bigint[]), CAST(:on_hand AS bigint[]),"
            " CAST(:allocated AS bigint[]), CAST(:reserved AS bigint[]), CAST(:unavailable AS bigint[]),"
            " CAST(:moves AS bigint[]), CAST(:chain AS bytea[]))"
            " AS v(id, before, on_hand, allocated, reserved, unavailable, moves, chain)"
            " WHERE l.id = v.id AND l.sequence = v.before"
        ),
        {
            "id": [level.id for level in changed],
            "before": [level.sequence for level in before],
            "moves": [now.sequence - then.sequence for now, then in zip(changed, before, strict=True)],
            "chain": [level.chain for level in changed],
            **{
                name: [getattr(now, name) - getattr(then, name) for now, then in zip(changed, before, strict=True)]
                for name in ("on_hand", "allocated", "reserved", "unavailable")
            },
        },
    )
    if result.rowcount != len(changed):  # type: ignore[attr-defined]
        raise ChainMoved("the stock changed meanwhile: try again")


def _write_bins(session: Session, movements: Sequence[Movement]) -> None:
    if not movements:
        return
    session.execute(
        text(
            "INSERT INTO bin_stock AS b (sku_id, site_id, bin_id, lot_id, condition, quantity)"
            " SELECT sku_id, site_id, bin_id, lot_id, condition, 0"
            " FROM unnest(CAST(:sku AS bigint[]), CAST(:site AS bigint[]), CAST(:bin AS bigint[]),"
            " CAST(:lot AS bigint[]), CAST(:condition AS text[])) AS v(sku_id, site_id, bin_id, lot_id, condition)"
            " GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5 ON CONFLICT DO NOTHING"
        ),
        _bin_keys(movements),
    )
    session.execute(
        text(
            "UPDATE bin_stock b SET quantity = b.quantity + v.quantity FROM ("
            " SELECT sku_id, site_id, bin_id, lot_id, condition, sum(quantity) AS quantity"
            " FROM unnest(CAST(:sku AS bigint[]), CAST(:site AS bigint[]), CAST(:bin AS bigint[]),"
            " CAST(:lot AS bigint[]), CAST(:condition AS text[]), CAST(:quantity AS bigint[]))"
            " AS u(sku_id, site_id, bin_id, lot_id, condition, quantity) GROUP BY 1, 2, 3, 4, 5) AS v"
            " WHERE b.sku_id = v.sku_id AND b.site_id = v.site_id AND b.condition = v.condition"
            " AND b.bin_id IS NOT DISTINCT FROM v.bin_id AND b.lot_id IS NOT DISTINCT FROM v.lot_id"
        ),
        {**_bin_keys(movements), "quantity": [movement.on_hand for movement in movements]},
    )


def _bin_keys(movements: Sequence[Movement]) -> dict[str, list[Any]]:
    return {
        "sku": [movement.sku_id for movement in movements],
        "site": [movement.site_id for movement in movements],
        "bin": [movement.bin_id for movement in movements],
        "lot": [movement.lot_id for movement in movements],
        "condition": [movement.condition for movement in movements],
    }
