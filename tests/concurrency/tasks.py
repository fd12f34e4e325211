"""What the processes of a race do; module-level, so that a spawned process can find it."""

import random

from sqlalchemy import text

from app.inventory import levels, post
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.place_orders import place_orders
from tests.concurrency.crew import until, with_many_hands
from tests.factories.house import order_request


def buy_one(sku: str, times: int) -> int:
    """Buy one unit, so many times, where nothing may wait; answers how often it worked."""
    return sum(_bought(sku) for _ in range(times))


def place_and_cancel(seed: int, seconds: float, skus: int, batch: int) -> int:
    """Many tasks that place batches with lines in both SKU orders and cancel some; answers the orders placed."""

    def one_task(own_seed: int) -> int:
        return sum(until(seconds, own_seed, lambda rng: _place_and_cancel(rng, skus, batch)))

    return sum(with_many_hands(one_task, seed))


def buy_one_without_lock(sku: str, times: int) -> int:
    """As ``buy_one``, with the row locks and the sequence guard taken out: the CHECK is all that is left."""
    levels.lock_skus = _unlocked(levels.COLUMNS)  # type: ignore[assignment]
    post._write_levels = _unguarded  # type: ignore[assignment]
    return buy_one(sku, times)


def _bought(sku: str) -> bool:
    try:
        [placed] = uow.run(
            lambda session: place_orders(session, [order_request((sku, 1), channel="store")], actor=SYSTEM)
        )
    except DomainError:
        return False
    except Exception as error:
        if "ck_stock_levels_promises" in str(error):
            return False
        raise
    return placed.order_id is not None


def _place_and_cancel(rng: random.Random, skus: int, batch: int) -> int:
    requests = [_request(rng, skus) for _ in range(batch)]
    placed = uow.run(lambda session: place_orders(session, requests, actor=SYSTEM))
    mine = [one.order_id for one in placed if one.order_id is not None and rng.random() < 0.5]
    if mine:
        uow.run(lambda session: _cancel(session, mine))
    return len(placed)


def _request(rng: random.Random, skus: int):
    chosen = sorted(rng.sample(range(1, skus + 1), 3), reverse=rng.random() < 0.5)
    return order_request(*[(f"TEA-{number}", rng.randint(1, 3)) for number in chosen])


def _cancel(session, order_ids: list[int]) -> None:
    rows = session.execute(text("SELECT id, order_id FROM order_lines WHERE order_id = ANY(:ids)"), {"ids": order_ids})
    cancellations = [Cancellation(order_id=row.order_id, order_line_id=row.id, reason="customer") for row in rows]
    cancel_orders(session, cancellations, actor=SYSTEM)


def _unlocked(columns: str):
    def lock_skus(session, sku_ids, site_ids):
        rows = session.execute(
            text(f"SELECT {columns} FROM stock_levels l WHERE sku_id = ANY(:skus) AND site_id = ANY(:sites)"),
            {"skus": list(sku_ids), "sites": list(site_ids)},
        )
        return levels._by_key(rows.all())

    return lock_skus


def _unguarded(session, movements, held) -> None:
    for movement in movements:
        session.execute(
            text("UPDATE stock_levels SET allocated = allocated + :more, sequence = sequence + 1 WHERE id = :id"),
            {"id": held[movement.key].id, "more": movement.allocated},
        )
