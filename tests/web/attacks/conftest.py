"""A hostile company behind the pages, and an administrator who looks at all of them."""

from collections.abc import Callable, Iterator

import pytest

from app.kernel import deliveries
from app.workflows import work_imports
from tests.factories.house import make_house
from tests.web.attacks.world import World, build_world


@pytest.fixture
def house(session, bound):
    house = make_house(session)
    session.commit()
    return house


@pytest.fixture
def world_of(house, login, session, tmp_path) -> Iterator[Callable[[Callable[[str], str]], World]]:
    """``world_of(words)``: what strangers wrote is ``words(field)``."""
    deliveries.wire(dict.fromkeys((work_imports.CHECK, work_imports.RUN, work_imports.UNDO), "intake"))
    yield lambda words: build_world(login("admin"), session, tmp_path, words)
    deliveries.wire({})


@pytest.fixture
def world(world_of) -> World:
    """Strangers who mean no harm."""
    return world_of(lambda name: f"zq7 {name}")
