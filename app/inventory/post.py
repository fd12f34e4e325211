"""The only writer of stock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.inventory import cases, levels, numbered
from app.inventory.chain import Link, extend
from app.inventory.errors import ChainMoved, OutOfStock, PlaceEmpty
from app.inventory.levels import Key, Level
from app.inventory.models import StockMovement
from app.inventory.values import GOOD
from app.kernel import bulk, clock, driver
from app.kernel.actor import Actor
from app.kernel.driver import Guard, array, cells


@dataclass(frozen=True, kw_only=True)
class Movement:
    """Signed deltas in units for one SKU at one site. ``reference`` is what caused it, such as ("order_line", 7).

    ``on_hand`` comes to or leaves the bin (none: a tote, the dock), the lot and the condition that are named.
    """

    sku_id: int
    site_id: int
    reason: str
    reference: tuple[str, int]
    on_hand: int = 0
    allocated: int = 0
    reserved: int = 0
    bin_id: int | None = None
    lot_id: int | None = None
    condition: str = GOOD
    actor: Actor | None = None  # who caused it, where one batch gathers what several caused
    serial_ids: tuple[int, ...] = ()  # which numbered units they are, where somebody said so

    @property
    def key(self) -> Key:
        return self.sku_id, self.site_id

    @property
    def unavailable(self) -> int:
        """Units that are on hand and in no condition to be sold."""
        return 0 if self.condition == GOOD else self.on_hand


def post(
    session: Session, movements: Sequence[Movement], *, actor: Actor, locked: Mapping[Key, Level] | None = None
) -> None:
    """Write movements in the order given and bring balances, chains and bins along, in a constant number of statements.

    ``locked`` are levels that the caller locked in this transaction; without it they are locked here. Raises
    ``OutOfStock`` when a balance would fall below what is promised, ``PlaceEmpty`` when fewer lie where they are taken
    from; the caller's transaction is of no use then.
    """
    if not movements:
        return
    held = locked if locked is not None else levels.lock(session, {movement.key for movement in movements})
    moment = clock.now()
    rows = [_apply(held[movement.key], movement, movement.actor or actor, moment) for movement in movements]
    _write_levels(session, movements, held)
    bulk.insert(session, StockMovement, rows)
    moved = [movement for movement in movements if movement.on_hand]
    _write_bins(session, moved)
    if any(movement.on_hand < 0 or movement.serial_ids for movement in moved):
        numbered.follow(session, moved, actor=actor, moment=moment)
    if fewer := {_held(movement) for movement in moved if movement.on_hand < 0 and movement.condition != GOOD}:
        cases.shrink(session, fewer, actor=actor)


def _held(movement: Movement) -> cases.Held:
    return movement.sku_id, movement.site_id, movement.lot_id, movement.condition


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


def _write_levels(session: Session, movements: Sequence[Movement], held: Mapping[Key, Level]) -> None:
    """Deltas, not values: should a writer ever come without the lock, the CHECK still judges the true sum."""
    by_key: dict[Key, list[Movement]] = {}
    for movement in movements:
        by_key.setdefault(movement.key, []).append(movement)
    levels_ = [held[key] for key in sorted(by_key)]
    moved = [by_key[key] for key in sorted(by_key)]
    driver.write(
        session,
        WRITE_LEVELS,
        {
            "rows": cells(
                [level.id for level in levels_],
                [level.sequence - len(mine) for level, mine in zip(levels_, moved, strict=True)],
                [len(mine) for mine in moved],
                [level.chain for level in levels_],
                *([sum(getattr(one, name) for one in mine) for mine in moved] for name in COUNTERS),
            )
        },
        guard=Guard(len(levels_), ChainMoved("the stock changed meanwhile: try again")),
    )


def _write_bins(session: Session, movements: Sequence[Movement]) -> None:
    if not movements:
        return
    sums: dict[tuple[int, int, int | None, int | None, str], int] = {}
    for one in movements:
        place = one.sku_id, one.site_id, one.bin_id, one.lot_id, one.condition
        sums[place] = sums.get(place, 0) + one.on_hand
    names = ("sku", "site", "bin", "lot", "condition")
    places = {name: array(column) for name, column in zip(names, zip(*sums, strict=True), strict=True)}
    driver.write(session, ADD_BINS, places)
    driver.write(
        session,
        WRITE_BINS,
        {**places, "quantity": array(sums.values())},
        guard=Guard(len(sums), PlaceEmpty("fewer units lie there than are taken: reload, and count that place")),
    )


COUNTERS = ("on_hand", "allocated", "reserved", "unavailable")

WRITE_LEVELS = """
UPDATE stock_levels l
   SET on_hand = l.on_hand + v.on_hand::bigint, allocated = l.allocated + v.allocated::bigint,
       reserved = l.reserved + v.reserved::bigint, unavailable = l.unavailable + v.unavailable::bigint,
       sequence = l.sequence + v.moves::bigint, chain = v.chain::bytea
  FROM unnest(%(rows)s::cells[]) AS v(id, before, moves, chain, on_hand, allocated, reserved, unavailable)
 WHERE l.id = v.id::bigint AND l.sequence = v.before::bigint
"""

BINS = "unnest(%(sku)s::bigint[], %(site)s::bigint[], %(bin)s::bigint[], %(lot)s::bigint[], %(condition)s::text[]"

ADD_BINS = f"""
INSERT INTO bin_stock AS b (sku_id, site_id, bin_id, lot_id, condition, quantity)
SELECT sku_id, site_id, bin_id, lot_id, condition, 0 FROM {BINS}) AS v(sku_id, site_id, bin_id, lot_id, condition)
 ORDER BY 1, 2, 3, 4, 5 ON CONFLICT DO NOTHING
"""

WRITE_BINS = f"""
UPDATE bin_stock b SET quantity = b.quantity + v.quantity
  FROM {BINS}, %(quantity)s::bigint[]) AS v(sku_id, site_id, bin_id, lot_id, condition, quantity)
 WHERE b.quantity + v.quantity >= 0 AND b.sku_id = v.sku_id AND b.site_id = v.site_id AND b.condition = v.condition
   AND b.bin_id IS NOT DISTINCT FROM v.bin_id AND b.lot_id IS NOT DISTINCT FROM v.lot_id
"""
