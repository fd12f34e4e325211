"""A hostile company behind the pages, and an administrator who looks at all of them."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.kernel import logs
from tests.factories.house import make_house
from tests.web.attacks.world import World, build_world
from tests.web.conftest import config_for_tests
from tests.wired import all_wired


@contextmanager
def wiring_of(folder: Path, valkey_url: str) -> Iterator[None]:
    """Every event is heard, as in the running application."""
    config = config_for_tests(folder, valkey_url)
    with all_wired(config):
        yield


@pytest.fixture
def wired(tmp_path, valkey_url) -> Iterator[None]:
    with wiring_of(tmp_path, valkey_url):
        yield


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
