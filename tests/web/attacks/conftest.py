"""A hostile company behind the pages, and an administrator who looks at all of them."""

from collections.abc import Callable, Iterator

import pytest

from app import wiring
from app.kernel import deliveries, effects, events, feed
from app.kernel.crypto import keyring
from app.kernel.file_stores import open_store
from tests.factories.house import make_house
from tests.web.attacks.forms import Form, Sender, all_forms
from tests.web.attacks.world import World, build_world
from tests.web.conftest import config_for_tests


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
