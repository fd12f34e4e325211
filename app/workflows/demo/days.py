"""Working the demo's open orders so far that every state can be seen."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment import work
from app.fulfilment.work import WorkLine
from app.kernel.actor import Actor
from app.kernel.money import Money
from app.orders.holds import Stop
from app.payments.ledger import Entry
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.deliver_parcels import deliver_parcels
from app.workflows.demo.shelves import SITES
from app.workflows.hold_orders import hold_orders
from app.workflows.pack_work import Check, Closing, close_parcels, verify
from app.workflows.pick_work import Pick, pick
from app.workflows.record_payments import record_payments
from app.workflows.release_work import release_work
from app.workflows.ship_orders import Dispatch, ship_orders

STAGES = ("open", "open", "released", "picking", "picked", "packed", "shipped", "delivered")
LOTS_SENT = 3
CARRIERS = ("Parcel Post", "Northline Freight", "City Couriers")


def work_a_day(session: Session, rng: random.Random, *, actor: Actor) -> int:
    """Hold some, pay some, cancel some, and take each piece of work to one of the stages; answers the open orders."""
    orders = session.execute(text(OPEN)).all()
    _pay(session, [row for row in orders if rng.random() < 0.7], rng, actor)
    _cancel(session, [row.id for row in orders[3::20]], actor)
    stopped = [row.id for row in orders[5::12]]
    hold_orders(session, [Stop(order_id=id, reason="address_check") for id in stopped], actor=actor)
    pieces = session.execute(text(WORK), {"stopped": stopped, "walked": list(SITES)}).all()
    for id, stage in _stages(pieces).items():
        _advance(session, id, stage, rng, actor)
    return len(orders)


def _stages(pieces: Sequence[Any]) -> dict[int, int]:
    """In turn; but whatever was ordered, a few lots have left and some numbered units are picked."""
    of_lots = {row.lot_sku: row.id for row in reversed(pieces) if row.lot_sku}
    of_numbers = [row.id for row in pieces if row.has_numbers and row.id not in of_lots.values()]
    chosen = dict.fromkeys(of_numbers[:1], STAGES.index("picked"))
    chosen |= dict.fromkeys(sorted(of_lots.values())[:LOTS_SENT], STAGES.index("delivered"))
    others = [row.id for row in pieces if row.id not in chosen]
    return {id: position % len(STAGES) for position, id in enumerate(others)} | chosen


def _pay(session: Session, orders: Sequence[Any], rng: random.Random, actor: Actor) -> None:
    entries = [
        Entry(
            order_id=row.id,
            kind="payment",
            amount=Money(_part(row.total_minor, rng), row.currency),
            method="bank_transfer",
            reference=f"DEMO-{row.id}",
        )
        for row in orders
    ]
    record_payments(session, entries, actor=actor)


def _part(minor: int, rng: random.Random) -> int:
    """Mostly the whole, sometimes a deposit."""
    return max(1, minor if rng.random() < 0.85 else minor // 2)


def _cancel(session: Session, order_ids: Sequence[int], actor: Actor) -> None:
    rows = session.execute(
        text("SELECT id, order_id FROM order_lines WHERE order_id = ANY(CAST(:ids AS bigint[])) ORDER BY id"),
        {"ids": list(order_ids)},
    )
    wanted = [Cancellation(order_id=row.order_id, order_line_id=row.id, reason="customer") for row in rows]
    cancel_orders(session, wanted, actor=actor)


def _advance(session: Session, id: int, stage: int, rng: random.Random, actor: Actor) -> None:
    """Through the steps that a floor takes, up to the stage."""
    if stage >= STAGES.index("released"):
        release_work(session, [id], actor=actor)
    if stage >= STAGES.index("picking"):
        _pick(session, id, is_half=stage == STAGES.index("picking"), actor=actor)
    if stage >= STAGES.index("packed"):
        parcel_id = _pack(session, id, actor)
        if stage >= STAGES.index("shipped"):
            number = f"PP{rng.randint(10**9, 10**10 - 1)}"
            label = Dispatch(parcel_id=parcel_id, carrier=rng.choice(CARRIERS), tracking_number=number)
            ship_orders(session, [label], actor=actor)
        if stage >= STAGES.index("delivered"):
            deliver_parcels(session, [parcel_id], actor=actor)


def _pick(session: Session, id: int, *, is_half: bool, actor: Actor) -> None:
    lines = work.load(session, [id])[id].lines
    wanted = lines[: max(1, len(lines) // 2)] if is_half else lines
    numbers = {line.id: session.execute(text(NUMBERS), {"line": line.id}).scalars().all() for line in wanted}
    pick(session, [one for line in wanted for one in _picks(id, line, numbers[line.id])], actor=actor)


def _picks(id: int, line: WorkLine, numbers: Sequence[str]) -> list[Pick]:
    """Units that have numbers go one by one."""
    whole = Pick(
        fulfilment_order_id=id, code=line.sku_code, quantity=line.quantity, client_scan_id=f"demo-pick-{line.id}"
    )
    if not numbers:
        return [whole]
    return [
        replace(whole, quantity=1, serial=number, client_scan_id=f"{whole.client_scan_id}-{number}")
        for number in numbers
    ]


def _pack(session: Session, id: int, actor: Actor) -> int:
    lines = work.load(session, [id])[id].lines
    checks = [
        Check(fulfilment_order_id=id, code=line.sku_code, quantity=line.quantity, client_scan_id=f"demo-pack-{line.id}")
        for line in lines
    ]
    verify(session, checks, actor=actor)
    [parcel_id] = close_parcels(session, [Closing(fulfilment_order_id=id)], actor=actor)
    return parcel_id


NUMBERS = """
SELECT n.code FROM fulfilment_lines l JOIN fulfilment_orders f ON f.id = l.fulfilment_order_id
  JOIN serials n ON n.sku_id = l.sku_id AND n.site_id = f.site_id AND n.state = 'in_stock'
 WHERE l.id = :line ORDER BY n.code LIMIT (SELECT quantity FROM fulfilment_lines WHERE id = :line)
"""

OPEN = """
SELECT id, total_minor, currency FROM orders
 WHERE NOT is_history AND status IN ('received', 'confirmed') ORDER BY id
"""

# Sites with shelves first: each stage is to be seen there, wherever the orders happened to go.
WORK = """
SELECT f.id, min(k.id) FILTER (WHERE k.tracking = 'lot') AS lot_sku, bool_or(k.tracking = 'serial') AS has_numbers
  FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id JOIN sites s ON s.id = f.site_id
  JOIN fulfilment_lines l ON l.fulfilment_order_id = f.id JOIN skus k ON k.id = l.sku_id
 WHERE f.state = 'open' AND o.status = 'confirmed' AND NOT f.order_id = ANY(CAST(:stopped AS bigint[]))
 GROUP BY f.id, s.code ORDER BY s.code = ANY(:walked) DESC, f.id
"""
