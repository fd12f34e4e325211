"""Orders of the last two days, placed and worked by the verbs in large batches, so that every state can be seen."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import text

from app.fulfilment import work
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.uow import run
from app.orders.holds import Stop
from app.orders.values import OrderRequest
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.deliver_parcels import deliver_parcels
from app.workflows.demo.goods import Good
from app.workflows.demo.requests import open_requests
from app.workflows.demo.words import FIRST_NAMES
from app.workflows.hold_orders import hold_orders
from app.workflows.pack_work import Check, Closing, close_parcels, verify
from app.workflows.pick_work import Pick, pick
from app.workflows.place_orders import place_orders
from app.workflows.release_work import release_work
from app.workflows.ship_orders import Dispatch, ship_orders
from tests.bench.data.words import CARRIERS

T = TypeVar("T")
ACTOR = Actor(kind="command")
BATCH = 200
# How many of ten pieces of work get at least so far.
REACHED = {"released": 5, "picked": 4, "packed": 3, "shipped": 2, "delivered": 1}


def place_and_work(past: int, *, tell: Callable[[str], None]) -> None:
    """One order in a hundred of the past, 10,000 at most."""
    requests = _requests(min(10_000, max(60, past // 100)))
    for batch in _batches(requests):
        run(lambda session, batch=batch: place_orders(session, batch, actor=ACTOR))
    orders = run(lambda session: session.execute(text(OPEN)).scalars().all())
    _stop(orders)
    pieces = run(lambda session: session.execute(text(WORK)).scalars().all())
    for batch in _batches(pieces):
        _work(batch)
    tell(f"  {len(orders):,} orders placed, {len(pieces):,} pieces of work")


def _requests(count: int) -> list[OrderRequest]:
    """A hundredth names a SKU that we do not have and waits to be mended; one in thirty asks for too much."""
    rng = random.Random(7)
    goods = run(lambda session: [Good(**row) for row in session.execute(text(GOODS)).mappings()])
    made = open_requests(goods, rng, count=count, now=clock.now())
    return [_spoilt(one, place) for place, one in enumerate(made)]


def _spoilt(one: OrderRequest, place: int) -> OrderRequest:
    first, *others = one.lines
    if place % 100 == 99:
        first = replace(first, sku=f"OLD-{FIRST_NAMES[place % 20][:3].upper()}")
    elif place % 30 == 29:
        first = replace(first, quantity=150)
    return replace(one, lines=(first, *others))


def _stop(orders: Sequence[int]) -> None:
    lines = text("SELECT id, order_id FROM order_lines WHERE order_id = ANY(CAST(:ids AS bigint[])) ORDER BY id")

    def cancel(session: Any) -> None:
        rows = session.execute(lines, {"ids": list(orders[3::50])}).all()
        wanted = [Cancellation(order_id=row.order_id, order_line_id=row.id, reason="customer") for row in rows]
        cancel_orders(session, wanted, actor=ACTOR)

    run(cancel)
    stops = [Stop(order_id=id, reason="address_check") for id in orders[5::25]]
    run(lambda session: hold_orders(session, stops, actor=ACTOR))


def _work(ids: Sequence[int]) -> None:
    def up_to(stage: str) -> list[int]:
        return [id for place, id in enumerate(ids) if place % 10 < REACHED[stage]]

    run(lambda session: release_work(session, up_to("released"), actor=ACTOR))
    run(lambda session: pick(session, _scans(session, up_to("picked"), Pick), actor=ACTOR))
    run(lambda session: verify(session, _scans(session, up_to("packed"), Check), actor=ACTOR))
    closings = [Closing(fulfilment_order_id=id) for id in up_to("packed")]
    parcels = run(lambda session: close_parcels(session, closings, actor=ACTOR))
    gone = parcels[: len(up_to("shipped"))]
    run(lambda session: ship_orders(session, [_label(id) for id in gone], actor=ACTOR))
    run(lambda session: deliver_parcels(session, gone[: len(up_to("delivered"))], actor=ACTOR))


def _scans(session: Any, ids: Sequence[int], kind: type[T]) -> list[T]:
    found = work.load(session, ids)
    return [
        kind(
            fulfilment_order_id=id,
            code=line.sku_code,
            quantity=line.quantity,
            client_scan_id=f"{kind.__name__}-{line.id}",
        )
        for id in ids
        for line in found[id].lines
    ]


def _label(parcel_id: int) -> Dispatch:
    return Dispatch(parcel_id=parcel_id, carrier=CARRIERS[parcel_id % 3], tracking_number=f"NF{parcel_id * 11:010d}")


def _batches(things: Sequence[T]) -> list[Sequence[T]]:
    return [things[start : start + BATCH] for start in range(0, len(things), BATCH)]


GOODS = """
SELECT s.id AS sku_id, s.code, p.minor FROM skus s JOIN prices p ON p.sku_id = s.id ORDER BY s.id
"""
OPEN = "SELECT id FROM orders WHERE status IN ('received', 'confirmed') ORDER BY id"
WORK = """
SELECT f.id FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id
 WHERE f.state = 'open' AND o.status = 'confirmed' ORDER BY f.id
"""
