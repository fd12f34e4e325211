"""The shop that every case starts from: 10,000 SKUs at four sites, the floors' own tables beside it."""

from collections.abc import Sequence
from itertools import product

from app.inventory.post import Movement, post
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.db import open_engine
from app.staff import api_keys
from tests import agreement
from tests.bench.baseline.sql import TABLES
from tests.factories.house import House, make_house
from tests.servers import Database, Servers

SKUS, SITES, UNITS = 10_000, ("RNO1", "DFW1", "CMH1", "EWR1"), 1_000_000
AT_ONCE = 5_000
# Only these: to the planner a table that was analysed when empty is empty, a new one is not.
FILLED = ("skus", "prices", "stock_levels", "stock_movements", "bin_stock", "baseline.stock")
SCOPES = ("orders:read", "orders:write", "payments:write", "stock:read", "events:read")


def as_in_a_shop(servers: Servers, name: str) -> Database:
    """A fresh database as a shop has it: without the trigger that judges each stock level in the tests."""
    database = servers.clone(name)
    agreement.look_away(database.owner_url)
    return database


def make_template(servers: Servers, name: str) -> str:
    """Fill the database that the cases' ones are copies of; answers an API key."""
    database = as_in_a_shop(servers, name)
    engine = open_engine(database.url, pool_size=1, application_name="seed")
    uow.bind(engine)
    house = uow.run(lambda session: make_house(session, skus=SKUS))
    places = list(product(house.skus.values(), SITES))
    for start in range(0, len(places), AT_ONCE):
        _put_stock(house, places[start : start + AT_ONCE])
    key = uow.run(lambda session: api_keys.create(session, "bench", SCOPES, actor=SYSTEM))
    uow.unbind()
    engine.dispose()
    _finish(servers, name)
    return key.text


def _put_stock(house: House, places: Sequence[tuple[int, str]]) -> None:
    """By the one writer of stock, without the events that would set workers going."""
    movements = [
        Movement(sku_id=sku_id, site_id=house.sites[site], on_hand=UNITS, reason="opening", reference=("sku", sku_id))
        for sku_id, site in places
    ]
    uow.run(lambda session: post(session, movements, actor=SYSTEM))


def _finish(servers: Servers, name: str) -> None:
    with servers.postgres.connect(name) as connection:
        connection.execute(TABLES.format(skus=SKUS, sites=len(SITES), units=UNITS))
        connection.execute(f"VACUUM ANALYZE {', '.join(FILLED)}")
        connection.execute("CHECKPOINT")
