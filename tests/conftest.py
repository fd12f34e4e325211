"""A PostgreSQL and a Valkey per test process; rolled back after each ordinary test."""

import gc
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

import app.models  # noqa: F401  a test that is run alone meets foreign keys into tables that it does not import
from app.kernel import uow
from app.kernel.db import open_engine
from tests import agreement
from tests.days import BEGUN
from tests.servers import Database, Servers, remove_leftovers, running_servers
from tests.statements import counted_statements

LONG = ("browser", "fault", "race", "long")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        remove_leftovers()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files come first: one that began last would leave the other test process idle."""
    long = {item.path for item in items if any(item.get_closest_marker(name) for name in LONG)}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish() -> None:
    """What was collected stays until the end: the garbage collector need not go through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def same_day(time_machine) -> None:
    """For tests whose module names days when it is read: midnight passes for none of them."""
    time_machine.move_to(BEGUN)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """A cluster of this test process alone: the feed waits for the oldest transaction of its whole cluster."""
    with running_servers() as servers:
        yield servers


@pytest.fixture(scope="session")
def valkey_url(servers: Servers) -> str:
    return servers.valkey.url


@pytest.fixture(scope="session")
def worker_database(servers: Servers) -> Database:
    """The database of this test process, with the migrated tables and nothing in them."""
    return servers.clone("tests")


@pytest.fixture(scope="session")
def engine(worker_database: Database) -> Iterator[Engine]:
    """As the role that the application runs with."""
    engine = open_engine(worker_database.url, pool_size=5, application_name="tests")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def owner_engine(worker_database: Database) -> Iterator[Engine]:
    """As the role that owns the tables. What it commits stays: clean up."""
    engine = open_engine(worker_database.owner_url, pool_size=2, application_name="tests")
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection inside a transaction that is rolled back after the test."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        agreement.judge_now(connection)
        outer.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """A session whose commits are savepoints; nothing outlives the test."""
    with Session(
        connection, join_transaction_mode="create_savepoint", expire_on_commit=False, autoflush=False
    ) as session:
        yield session


@pytest.fixture
def bound(connection: Connection) -> Iterator[Connection]:
    """Units of work of this test speak to the connection that ``session`` sees, and are rolled back with it."""
    uow.bind(connection, join_transaction_mode="create_savepoint")
    yield connection
    uow.unbind()


@pytest.fixture
def statements(servers: Servers, worker_database: Database) -> Callable[[Session], AbstractContextManager[list[str]]]:
    """``with statements(session) as counted``: what PostgreSQL ran meanwhile for this test process."""
    return partial(counted_statements, servers, worker_database)


@pytest.fixture
def database(servers: Servers) -> Iterator[Database]:
    """A database of this test alone, with real commits: for races, kills and several processes."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield servers.clone(name)
    servers.drop(name)


@pytest.fixture
def database_engine(database: Database) -> Iterator[Engine]:
    """The application's role in the database of this test alone, with units of work bound to it."""
    engine = open_engine(database.url, pool_size=20, application_name="tests")
    uow.bind(engine)
    yield engine
    uow.unbind()
    engine.dispose()
