"""Events about made-up things, and wiring that lasts for one test."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app.kernel import deliveries, effects, events, feed, uow
from app.kernel.db import open_engine
from app.kernel.effects import Effect
from app.kernel.events import Event
from app.kernel.feed import Consumer
from tests.servers import Database, Servers

Wire = Callable[..., None]


@dataclass(frozen=True, kw_only=True)
class ThingHappened(Event):
    subject: ClassVar[str] = "things"

    thing_id: int
    codes: tuple[str, ...] = ()

    @property
    def subject_id(self) -> int:
        return self.thing_id


@dataclass(frozen=True, kw_only=True)
class ThingEnded(ThingHappened):
    pass


THINGS = "CREATE {} TABLE things (id bigint PRIMARY KEY, event_sequence bigint NOT NULL DEFAULT 0)"
MANY = "INSERT INTO things SELECT generate_series(1, 200)"


@pytest.fixture
def things(session: Session) -> Session:
    """The session of the test, in which things 1 to 200 exist."""
    session.execute(text(THINGS.format("TEMPORARY")))
    session.execute(text(MANY))
    return session


@pytest.fixture(scope="session")
def kept_database(servers: Servers) -> Iterator[Database]:
    """One database with things in it for all tests of this folder that do not mind each other's events."""
    kept = servers.clone(f"things_{uuid4().hex[:12]}")
    make_things(kept)
    yield kept
    servers.drop(kept.name)


@pytest.fixture
def shared_things(kept_database: Database) -> Iterator[Engine]:
    """Things 1 to 200 for every connection, and no deliveries; units of work speak to this database."""
    engine = open_engine(kept_database.url, pool_size=20, application_name="tests")
    uow.bind(engine)
    with uow.unit_of_work() as session:
        for statement in ("DELETE FROM deliveries", "DELETE FROM delivery_log", "UPDATE things SET event_sequence = 0"):
            session.execute(text(statement))
    yield engine
    uow.unbind()
    engine.dispose()


@pytest.fixture
def fresh_things(servers: Servers) -> Iterator[Engine]:
    """The same in a database of this test alone, without any event."""
    database = servers.clone(f"things_{uuid4().hex[:12]}")
    make_things(database)
    engine = open_engine(database.url, pool_size=20, application_name="tests")
    uow.bind(engine)
    yield engine
    uow.unbind()
    engine.dispose()
    servers.drop(database.name)


def make_things(database: Database) -> None:
    owner = create_engine(database.owner_url)
    with owner.begin() as connection:
        connection.execute(text(THINGS.format("")))
        connection.execute(text(MANY))
        connection.execute(text("GRANT SELECT, UPDATE ON things TO app"))
    owner.dispose()


@pytest.fixture
def wire() -> Iterator[Wire]:
    def wire_up(
        *effects_: Effect,
        within: Mapping[type[Event], Sequence[Any]] | None = None,
        after: Mapping[type[Event], Sequence[str]] | None = None,
        readers: Sequence[Consumer] = (),
    ) -> None:
        deliveries.wire({each.name: each.queue for each in effects_})
        effects.wire({each.name: each for each in effects_})
        events.wire(within=within or {}, after=after or {})
        feed.wire({each.name: each for each in readers})

    yield wire_up
    wire_up()
