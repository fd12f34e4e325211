"""A hostile company behind the pages, and an administrator who looks at all of them."""

import logging
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from app import wiring
from app.kernel import deliveries, effects, events, feed, logs
from app.kernel.crypto import keyring
from app.kernel.file_stores import open_store
from tests.factories.house import make_house
from tests.web.attacks.forms import Form, Sender, all_forms
from tests.web.attacks.world import World, build_world
from tests.web.conftest import config_for_tests

FACTS = (
    "SELECT string_agg(DISTINCT concat_ws(',', email, role, is_active, password_hash IS NULL), ';') FROM users",
    "SELECT string_agg(concat_ws(',', status, total_minor, paid_minor, customer_id), ';' ORDER BY id) FROM orders",
    "SELECT string_agg(concat_ws(',', ordered, cancelled, shipped, total_minor), ';' ORDER BY id) FROM order_lines",
    "SELECT string_agg(concat_ws(',', state, carrier), ';' ORDER BY id) FROM parcels",
    "SELECT string_agg(minor::text, ';' ORDER BY sku_id, minor) FROM prices",
    "SELECT string_agg(concat_ws(',', kind, amount_minor), ';' ORDER BY id) FROM payment_entries",
    "SELECT string_agg(concat_ws(',', scopes::text, revoked_at IS NULL), ';' ORDER BY id) FROM api_keys",
)


@pytest.fixture
def wired(tmp_path, valkey_url) -> Iterator[None]:
    """Every event is heard, as in the running application."""
    config = config_for_tests(tmp_path, valkey_url)
    wiring.wire(config, files=open_store(config.files_dir, ""), keys=keyring(config.secret_key))
    yield
    deliveries.wire({})
    effects.wire({})
    events.wire(within={}, after={})
    feed.wire({})


@pytest.fixture
def logged(capsys) -> Iterator[Callable[[], str]]:
    """What was logged, at every level, since it was last asked for."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    logs.configure("DEBUG")
    yield lambda: str(capsys.readouterr().out)
    root.handlers[:], level = before
    root.setLevel(level)


@pytest.fixture
def house(session, bound):
    house = make_house(session)
    session.commit()
    return house


@pytest.fixture
def world_of(house, wired, login, session, tmp_path) -> Callable[[Callable[[str], str]], World]:
    """``world_of(words)``: what strangers wrote is ``words(field)``."""
    return lambda words: build_world(login("admin"), session, tmp_path, words)


@pytest.fixture
def world(world_of) -> World:
    """Strangers who mean no harm."""
    return world_of(lambda name: f"zq7 {name}")


@pytest.fixture
def forms(app, world, client) -> dict[str, Form]:
    """Every form by its rule, filled so that it would be taken."""
    return all_forms(app, world.ids, world.admin, client)


@pytest.fixture
def sender(app, world, connection) -> Sender:
    return Sender(app, world.admin, connection)


@pytest.fixture
def facts(connection) -> Callable[[], list[str | None]]:
    """What no stranger may change: roles, orders, prices, money, keys."""
    return lambda: [connection.execute(text(query)).scalar() for query in FACTS]
