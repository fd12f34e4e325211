"""Every unit that waits rests on a supply that is still to come, as long as there is one; promises follow from that."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import pegs
from app.inventory.events import SupplyMoved
from app.inventory.pegging import Arrangement, Peg, Supply, Waiting, arrange
from app.inventory.pegs import OpenSupply
from app.inventory.turns import Called, Slice, Walk, call, walk_of
from app.kernel import clock, deliveries
from app.kernel.actor import SYSTEM, Actor
from app.kernel.deliveries import Delivery, Held
from app.kernel.event_types import Recorded
from app.orders import facts, promise_ledger
from app.orders.events import OrderRouted, UnitsCancelled, UnitsDisplaced, UnitsShortPicked
from app.orders.promise_ledger import Rest
from app.workflows.keep_promises import rest_on_supply
from app.workflows.waiting_lines import picture, read_called, read_pages

READER = "orders.pegs"
KINDS = frozenset({OrderRouted, UnitsCancelled, UnitsDisplaced, UnitsShortPicked})
PEG = "orders.peg_backorders"
MOST_LINES = 300


def peg_backorders(session: Session, walks: Sequence[Walk], *, actor: Actor, most: int = MOST_LINES) -> list[Walk]:
    """Go on with these walks, one per SKU, by at most so many lines in all; answers those that are not at their end.

    Pegs what waits and writes down the promises that change for it; a constant number of statements. What is
    pegged is nobody else's: only what is free is given out, in turn, and a walk whose supply was moved by anybody else
    begins again.
    """
    supplies = _by_sku(pegs.read_supplies(session, [walk.sku_id for walk in walks]))
    slices = _called(session, [_current(walk, supplies) for walk in walks], supplies, most)
    served = [one for one in slices if one.called]
    if not served:
        return [one.walk for one in slices if not one.is_last]
    facts.lock(session, {called.turn.order_id for one in served for called in one.called})
    locked = _by_sku(pegs.lock_supplies(session, [one.walk.sku_id for one in served]))
    sound = [one for one in served if _is_as_seen(one.walk.sku_id, supplies, locked)]
    after = _serve(session, sound, locked, actor=actor)
    late = [Walk(sku_id=one.walk.sku_id) for one in served if one not in sound]
    passed = [one.walk for one in slices if not one.called and not one.is_last]
    return [*after, *late, *passed]


def on_supply_moved(session: Session, events: Sequence[SupplyMoved]) -> None:
    _go_on(session, [Walk(sku_id=sku_id) for sku_id in sorted({event.sku_id for event in events})])


def peg_on(session: Session, held: Sequence[Held]) -> None:
    """All these deliveries together; of several walks of a SKU the one that is furthest behind sees to all."""
    walks = [
        walk_of(sku_id, each.ids["walk"]) if "walk" in each.ids else Walk(sku_id=sku_id)
        for each in held
        for sku_id in each.ids["sku_ids"]
    ]
    behind = {walk.sku_id: walk for walk in sorted(walks, key=lambda walk: walk.spot, reverse=True)}
    _go_on(session, [behind[sku_id] for sku_id in sorted(behind)])


def peg_overdue(session: Session, _held: Sequence[Held]) -> None:
    """What should have come by now carries no promise any longer."""
    sku_ids = session.execute(text(OVERDUE), {"now": clock.now()}).scalars().all()
    _go_on(session, [Walk(sku_id=sku_id) for sku_id in sku_ids])


def on_orders_changed(session: Session, events: Sequence[Recorded]) -> None:
    """For the feed: leaves what is to be done to a delivery, so that placing an order does nothing for it."""
    told = [recorded.event for recorded in events]
    routed = [event for event in told if isinstance(event, OrderRouted)]
    values = {
        "routed": sorted({event.order_id for event in routed}),
        "filled": sorted({event.order_id for event in routed if event.cause == "stock_arrived"}),
        "lost": sorted({event.subject_id for event in told if isinstance(event, UnitsDisplaced | UnitsShortPicked)}),
        "cancelled": [event.order_line_id for event in told if isinstance(event, UnitsCancelled)],
    }
    found = session.execute(text(TOUCHED), values).scalars().all()
    if found:
        deliveries.add(session, [Delivery(handler=PEG, ids={"sku_ids": list(found)})])


def _go_on(session: Session, walks: Sequence[Walk]) -> None:
    left = peg_backorders(session, walks, actor=SYSTEM) if walks else []
    wanted = [{"sku_ids": [walk.sku_id], "walk": walk.ids} for walk in left]
    deliveries.add(session, [Delivery(handler=PEG, ids=ids) for ids in wanted])


def _current(walk: Walk, supplies: Mapping[int, Sequence[OpenSupply]]) -> Walk:
    """Whose supply is no longer as it left it begins again: who came before may have lost some, or could gain."""
    if walk.picture in ("", picture(supplies.get(walk.sku_id, ()))):
        return walk
    return Walk(sku_id=walk.sku_id)


def _called(
    session: Session, walks: Sequence[Walk], supplies: Mapping[int, Sequence[OpenSupply]], most: int
) -> list[Slice]:
    found = []
    pages = read_pages(session, walks, supplies)
    for walk in walks:
        seen = replace(walk, picture=picture(supplies.get(walk.sku_id, ())))
        found.append(call(seen, pages[walk.sku_id], most=most))
        most -= len(found[-1].called)
    return found


def _is_as_seen(
    sku_id: int, seen: Mapping[int, Sequence[OpenSupply]], locked: Mapping[int, Sequence[OpenSupply]]
) -> bool:
    return picture(seen.get(sku_id, ())) == picture(locked.get(sku_id, ()))


def _serve(
    session: Session, slices: Sequence[Slice], supplies: Mapping[int, Sequence[OpenSupply]], *, actor: Actor
) -> list[Walk]:
    """Peg the lines that were called, their orders and supply locked; answers the walks that are not at their end."""
    lines = read_called(session, [called.turn.order_line_id for one in slices for called in one.called])
    before = pegs.of_lines(session, list(lines))
    after: list[Peg] = []
    rests: list[Rest] = []
    walks = []
    for one in slices:
        sku_id = one.walk.sku_id
        waiting = [called for called in one.called if called.turn.order_line_id in lines]
        mine = {called.turn.order_line_id for called in waiting}
        rested = [peg for peg in before if peg.order_line_id in mine]
        arranged = _arranged(one, waiting, lines, supplies.get(sku_id, ()), rested)
        after += arranged.pegs
        rests += _rests(waiting, lines, arranged, supplies.get(sku_id, ()))
        walk = _walked(one, waiting, lines, arranged)
        if not one.is_last:
            walks.append(replace(walk, picture=picture(_repegged(supplies.get(sku_id, ()), rested, arranged.pegs))))
    pegs.rewrite(session, before, after)
    promise_ledger.keep(session, rests, actor=actor)
    return walks


def _arranged(
    one: Slice,
    waiting: Sequence[Called],
    lines: Mapping[int, Any],
    supplies: Sequence[OpenSupply],
    rested: Sequence[Peg],
) -> Arrangement:
    own: dict[int, int] = {}
    for peg in rested:
        own[peg.incoming_id] = own.get(peg.incoming_id, 0) + peg.quantity
    free = [
        Supply(id=each.id, free=each.quantity - each.pegged + own.get(each.id, 0), expected_on=each.expected_on)
        for each in supplies
    ]
    wanted = []
    for called in waiting:
        line = lines[called.turn.order_line_id]
        need = 0 if called.gives_up else max(0, line.backordered - called.on_shelf)
        day = called.turn.promised_on if called.turn.is_promised else None
        wanted.append(Waiting(order_line_id=line.id, quantity=need, expected_on=day))
    return arrange(wanted, free, rested, may_move_up=not one.walk.is_hurt)


def _rests(
    waiting: Sequence[Called], lines: Mapping[int, Any], arranged: Arrangement, supplies: Sequence[OpenSupply]
) -> list[Rest]:
    """Nothing is said of lines that are about to get all they wait for from stock."""
    by_id = {supply.id: supply for supply in supplies}
    rests = []
    for called in waiting:
        line = lines[called.turn.order_line_id]
        mine = arranged.of(line.id)
        missing = line.backordered - called.on_shelf
        if missing > 0:
            is_whole = sum(peg.quantity for peg in mine) == missing
            carried = [by_id[peg.incoming_id] for peg in mine] if is_whole else []
            rests.append(rest_on_supply(line.order_id, line.id, carried, transit_days=line.transit_days))
    return rests


def _walked(one: Slice, waiting: Sequence[Called], lines: Mapping[int, Any], arranged: Arrangement) -> Walk:
    """Who was promised a day and lost it is met again behind those, among all that were promised none."""
    walk = replace(one.walk, is_hurt=one.walk.is_hurt or arranged.is_hurt)
    if any(called.gives_up for called in one.called):
        return walk
    spots = [walk.short] if walk.short else []
    for called in waiting:
        line = lines[called.turn.order_line_id]
        got = called.on_shelf + sum(peg.quantity for peg in arranged.of(line.id))
        if got < line.backordered and not called.turn.is_promised:
            spots.append(called.before)
    return replace(walk, short=min(spots, default=None))


def _repegged(supplies: Sequence[OpenSupply], before: Sequence[Peg], after: Sequence[Peg]) -> list[OpenSupply]:
    pegged = {one.id: one.pegged for one in supplies}
    for peg in before:
        if peg.incoming_id in pegged:
            pegged[peg.incoming_id] -= peg.quantity
    for peg in after:
        pegged[peg.incoming_id] += peg.quantity
    return [replace(one, pegged=pegged[one.id]) for one in supplies]


def _by_sku(supplies: Sequence[OpenSupply]) -> dict[int, list[OpenSupply]]:
    """What may be promised: neither overdue nor bound for a closed site."""
    now = clock.now()
    found: dict[int, list[OpenSupply]] = {}
    for one in supplies:
        if one.is_active and not one.is_overdue(now):
            found.setdefault(one.sku_id, []).append(one)
    return found


# Where nothing is free a new order gets nothing. Who got units from stock leaves free what was to come for them.
TOUCHED = """
SELECT DISTINCT l.sku_id FROM order_lines l
 WHERE (l.order_id = ANY(CAST(:routed AS bigint[]))
        AND (l.backordered > 0 OR l.order_id = ANY(CAST(:filled AS bigint[])))
        AND EXISTS (SELECT FROM incoming i WHERE i.sku_id = l.sku_id AND i.pegged < i.quantity)
        AND EXISTS (SELECT FROM order_lines w WHERE w.sku_id = l.sku_id AND w.backordered > 0))
    OR (((l.order_id = ANY(CAST(:lost AS bigint[])) AND l.backordered > 0) OR l.id = ANY(CAST(:cancelled AS bigint[])))
        AND EXISTS (SELECT FROM incoming i WHERE i.sku_id = l.sku_id))
 ORDER BY 1
"""

OVERDUE = """
SELECT DISTINCT i.sku_id FROM pegs p JOIN incoming i ON i.id = p.incoming_id JOIN sites t ON t.id = i.site_id
 WHERE i.expected_on < CAST(CAST(:now AS timestamptz) AT TIME ZONE t.time_zone AS date) ORDER BY 1
"""
