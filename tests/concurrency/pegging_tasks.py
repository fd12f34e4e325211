"""What the processes of a race for units that are still to come do."""

import random
from datetime import timedelta

from app.inventory.incoming import Expected, expect
from app.inventory.turns import Walk
from app.kernel import clock, uow
from app.kernel.actor import SYSTEM
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.fill_backorders import fill_backorders
from app.workflows.peg_backorders import peg_backorders
from app.workflows.place_orders import place_orders
from tests.concurrency.crew import until
from tests.factories.house import order_request

SECONDS = 2.0


def peg(sku_id: int) -> None:
    """In slices of two lines, as if very many waited."""
    walks = [Walk(sku_id=sku_id)]
    while walks:
        walks = uow.run(lambda session, walks=walks: peg_backorders(session, walks, actor=SYSTEM, most=2))


def order_and_cancel(seed: int, sku: str) -> int:
    return len(until(SECONDS, seed, lambda rng: uow.run(lambda session: _order(session, rng, sku))))


def announce_and_peg(seed: int, sku_id: int, site_id: int) -> int:
    """A purchase that grows, shrinks, slips and vanishes, and the handler that hears of it."""

    def act(rng: random.Random) -> None:
        expected = Expected(
            sku_id=sku_id,
            site_id=site_id,
            source="purchase",
            source_id=rng.randint(1, 3),
            quantity=rng.choice((0, 1, 3, 9)),
            expected_on=clock.now().date() + timedelta(days=rng.randint(1, 30)),
        )
        uow.run(lambda session: expect(session, [expected], actor=SYSTEM))
        peg(sku_id)

    return len(until(SECONDS, seed, act))


def receive_and_fill(seed: int, sku_id: int, site_id: int) -> int:
    def act(rng: random.Random) -> None:
        received = Adjustment(sku_id=sku_id, site_id=site_id, on_hand=rng.randint(1, 2), reason="receipt")
        uow.run(lambda session: adjust_stock(session, [received], actor=SYSTEM))
        uow.run(lambda session: fill_backorders(session, [sku_id], actor=SYSTEM))

    return len(until(SECONDS, seed, act))


def _order(session, rng: random.Random, sku: str) -> None:
    [placed] = place_orders(session, [order_request((sku, rng.randint(1, 4)))], actor=SYSTEM)
    if rng.random() < 0.3:
        from_line = session.connection().exec_driver_sql(
            "SELECT id FROM order_lines WHERE order_id = %s", (placed.order_id,)
        )
        line = Cancellation(order_id=placed.order_id, order_line_id=from_line.scalar_one(), reason="customer")
        cancel_orders(session, [line], actor=SYSTEM)
