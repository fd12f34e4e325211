"""What the processes do that race for held units and kits; module-level, so that a spawned process can find it."""

import random

from sqlalchemy import text

from app.inventory import reservations
from app.inventory.reservations import Demand
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.errors import NotFound, StaleState
from app.workflows.place_orders import place_orders
from tests.concurrency.crew import until, with_many_hands
from tests.factories.house import order_request


def order(channel: str, sku: str, units: int, token: str = "") -> bool:
    """Whether the order stands; nothing may wait for stock."""
    request = order_request((sku, units), channel=channel, reservation=token)
    [placed] = uow.run(lambda session: place_orders(session, [request], actor=SYSTEM))
    return placed.order_id is not None


def sweep(times: int) -> bool:
    for _ in range(times):
        uow.run(lambda session: reservations.expire_due(session, actor=SYSTEM))
    return False


def hold(channel_id: int, owner: str, sku_id: int, units: int) -> bool:
    return _held(Demand(channel_id=channel_id, owner=owner, wanted={sku_id: units}))


def order_a_few(channel: str, sku: str, times: int) -> int:
    return sum(order(channel, sku, 1) for _ in range(times))


def shop(seed: int, seconds: float, channel_id: int, sku_ids: dict[str, int]) -> int:
    """Many carts that hold, change, give up, run out and order kits and their components, in any order."""
    codes = sorted(sku_ids)

    def one_task(own_seed: int) -> int:
        return sum(until(seconds, own_seed, lambda rng: _act(rng, channel_id, codes, sku_ids)))

    return sum(with_many_hands(one_task, seed))


def _act(rng: random.Random, channel_id: int, codes: list[str], sku_ids: dict[str, int]) -> int:
    act = rng.choice(["hold", "hold", "order", "kit", "expire", "release"])
    owner = f"cart-{rng.randint(1, 30)}"
    if act == "hold":
        chosen = rng.sample(codes, 2)
        _held(Demand(channel_id=channel_id, owner=owner, wanted={sku_ids[code]: rng.randint(1, 3) for code in chosen}))
    if act == "release":
        _released(_token(owner))
    if act == "expire":
        uow.run(lambda session: session.execute(text(RUN_OUT), {"owner": owner}))
        sweep(1)
    if act in ("order", "kit"):
        return order("store", "SET-1" if act == "kit" else rng.choice(codes), 1, _token(owner))
    return 0


def _held(demand: Demand) -> bool:
    try:
        [answer] = uow.run(lambda session: reservations.reserve(session, [demand], actor=SYSTEM))
    except StaleState:
        return False
    return answer.token is not None


def _released(token: str) -> None:
    try:
        uow.run(lambda session: reservations.release(session, [token], actor=SYSTEM))
    except (NotFound, StaleState):
        return


def _token(owner: str) -> str:
    found = text("SELECT token FROM reservations WHERE owner = :owner")
    return uow.run(lambda session: session.execute(found, {"owner": owner}).scalar_one_or_none()) or ""


RUN_OUT = "UPDATE reservations SET expires_at = now() - interval '1 second' WHERE owner = :owner"
