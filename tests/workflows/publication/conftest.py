"""A house whose web shop is told its stock, and a shop on the loopback that listens."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from app.channels import publication
from app.channels.publication import PublicationFacts
from app.config import Config
from app.kernel import feed
from app.kernel.actor import SYSTEM
from app.kernel.crypto import Keyring, keyring
from app.kernel.uow import run, unit_of_work
from app.workflows import offer_stock, publish_stock
from app.workflows.place_orders import place_orders
from tests.factories.house import House, make_house, order_request
from tests.factories.work import work_off
from tests.fakes.stock_channel import Shop, running_shop
from tests.wired import all_wired
from workers.carrying import carry_out

KEYS = keyring("x" * 40)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with running_shop() as shop:
        yield shop


@pytest.fixture
def other_shop() -> Iterator[Shop]:
    with running_shop() as shop:
        yield shop


@pytest.fixture(autouse=True)
def wired(tmp_path: Path, shop: Shop, other_shop: Shop) -> Iterator[Config]:
    config = Config(
        instance_dir=tmp_path,
        files_dir=tmp_path,
        database_url="",
        owner_database_url="",
        redis_url="",
        secret_key="x" * 40,
        outbound_exceptions=(shop.url, other_shop.url),
    )
    with all_wired(config):
        yield config


@pytest.fixture
def house(session, bound) -> House:
    return make_house(session, {("TEA-1", "CMH1"): 100, ("TEA-2", "CMH1"): 50, ("TEA-2", "RNO1"): 30})


@pytest.fixture
def told(house: House, shop: Shop) -> House:
    """The web shop listens and knows all."""
    publish_to(house, shop)
    publish()
    shop.told.clear()
    shop.messages.clear()
    return house


def facts(shop: Shop, **changes: object) -> PublicationFacts:
    values = {"is_on": True, "address": shop.address, "most": None, "held_back": 0}
    return PublicationFacts(**{**values, **changes})  # type: ignore[arg-type]


def publish_to(house: House, shop: Shop, channel: str = "web", *, keys: Keyring = KEYS, **changes: object) -> None:
    given, channel_id = facts(shop, **changes), house.channels[channel]
    secret = run(lambda session: offer_stock.change_publication(session, channel_id, given, keys=keys, actor=SYSTEM))
    shop.secret = secret or shop.secret


def read_feed() -> None:
    """All that was emitted, as if the relay had given positions and a worker had read on."""
    run(feed.reset)
    while run(partial(feed.consume, name=publish_stock.READER)):
        pass


def publish() -> None:
    """What relay and workers do, until there is nothing left to do just now."""
    read_feed()
    work_off(offer_stock.OFFER_ALL)
    for _ in range(10):
        if not (ids := due(publication.PUBLISH)):
            return
        carry_out(publication.PUBLISH, ids, lease_seconds=60.0)
    raise AssertionError("publication makes new work without end")


def due(handler: str) -> list[int]:
    with unit_of_work() as session:
        return list(session.execute(text(DUE), {"handler": handler}).scalars())


def come_due() -> None:
    """The pause of whoever waits for later is over."""
    with unit_of_work() as session:
        session.execute(text("UPDATE deliveries SET run_at = clock_timestamp() - interval '1 ms'"))


def place(*lines: tuple[str, int]) -> int:
    return run(lambda session: place_orders(session, [order_request(*lines)], actor=SYSTEM))[0].order_id


def state(channel: str = "web") -> dict[str, object]:
    with unit_of_work() as session:
        return dict(session.execute(text(STATE), {"code": channel}).mappings().one())


def offers(channel: str = "web") -> dict[str, dict[str, object]]:
    with unit_of_work() as session:
        rows = session.execute(text(OFFERS), {"code": channel}).mappings().all()
    return {row["sku"]: dict(row) for row in rows}


DUE = """
SELECT id FROM deliveries WHERE handler = :handler AND state = 'ready' AND run_at <= clock_timestamp()
 ORDER BY id
"""
STATE = """
SELECT p.*, d.state AS delivery, d.run_at FROM stock_publications p JOIN channels c ON c.id = p.channel_id
  LEFT JOIN deliveries d ON d.key = 'stock:' || p.channel_id || ':' || p.round WHERE c.code = :code
"""
OFFERS = """
SELECT s.code AS sku, o.* FROM stock_offers o JOIN skus s ON s.id = o.sku_id JOIN channels c ON c.id = o.channel_id
 WHERE c.code = :code
"""
