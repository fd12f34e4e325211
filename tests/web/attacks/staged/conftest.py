"""One world for all tests of a module: what a test did in it is undone before the next."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from app.kernel import uow
from app.web import company
from tests.factories.house import House, make_house
from tests.web.attacks.conftest import wiring_of
from tests.web.attacks.forms import Form, Sender, all_forms
from tests.web.attacks.world import World, build_world
from tests.web.conftest import hire_cast, signed_in

FACTS = (
    "SELECT string_agg(DISTINCT concat_ws(',', email, role, is_active, password_hash IS NULL), ';') FROM users",
    "SELECT string_agg(concat_ws(',', status, total_minor, paid_minor, customer_id), ';' ORDER BY id) FROM orders",
    "SELECT string_agg(concat_ws(',', ordered, cancelled, shipped, total_minor), ';' ORDER BY id) FROM order_lines",
    "SELECT string_agg(concat_ws(',', state, carrier), ';' ORDER BY id) FROM parcels",
    "SELECT string_agg(minor::text, ';' ORDER BY sku_id, minor) FROM prices",
    "SELECT string_agg(concat_ws(',', kind, amount_minor), ';' ORDER BY id) FROM payment_entries",
    "SELECT string_agg(concat_ws(',', scopes::text, revoked_at IS NULL), ';' ORDER BY id) FROM api_keys",
)
JOINED = {"join_transaction_mode": "create_savepoint"}


@dataclass(frozen=True)
class Stage:
    connection: Connection
    house: House
    cast: dict[str, int]
    world: World
    forms: dict[str, Form]


@pytest.fixture(scope="module")
def stage(
    engine: Engine, flask_app: Flask, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    with engine.connect() as connection, wiring_of(folder, valkey_url):
        outer = connection.begin()
        uow.bind(connection, **JOINED)
        yield _built(connection, flask_app, folder)
        uow.unbind()
        outer.rollback()


def _built(connection: Connection, app: Flask, folder: Path) -> Stage:
    with app.app_context():
        company.forget()
    with Session(connection, expire_on_commit=False, autoflush=False, **JOINED) as session:
        house, cast = make_house(session), hire_cast(session)
        world = build_world(signed_in(app, session, cast["alice"]), session, folder, lambda name: f"zq7 {name}")
    return Stage(connection, house, cast, world, all_forms(app, world.ids, world.admin, app.test_client()))


@pytest.fixture
def connection(stage: Stage) -> Iterator[Connection]:
    savepoint = stage.connection.begin_nested()
    yield stage.connection
    savepoint.rollback()


@pytest.fixture
def wired(stage: Stage) -> None:
    """It is, for the whole module."""


@pytest.fixture
def house(stage: Stage) -> House:
    return stage.house


@pytest.fixture
def cast(stage: Stage, bound: object) -> dict[str, int]:
    return stage.cast


@pytest.fixture
def world(stage: Stage, app: Flask, session: Session, cast: dict[str, int]) -> World:
    """With an administrator who has signed in anew."""
    return World(
        signed_in(app, session, cast["alice"]), session, stage.world.words, stage.world.planted, stage.world.ids
    )


@pytest.fixture
def forms(stage: Stage) -> dict[str, Form]:
    """Every form by its rule, filled so that it would be taken."""
    return stage.forms


@pytest.fixture
def sender(app: Flask, world: World, connection: Connection) -> Sender:
    return Sender(app, world.admin, connection)


@pytest.fixture
def facts(connection: Connection) -> Callable[[], list[str | None]]:
    """What no stranger may change: roles, orders, prices, money, keys."""
    return lambda: [connection.execute(text(query)).scalar() for query in FACTS]
