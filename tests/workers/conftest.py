"""Events about made-up things, and wiring that lasts for one test."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app.kernel import deliveries, effects, events, feed
from app.kernel.effects import Effect
from app.kernel.events import Event
from app.kernel.feed import Consumer

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


@pytest.fixture
def shared_things(database: Any, database_engine: Engine) -> Engine:
    """Things 1 to 200 in a database of this test, for every connection; units of work speak to it."""
    owner = create_engine(database.owner_url)
    with owner.begin() as connection:
        connection.execute(text(THINGS.format("")))
        connection.execute(text(MANY))
        connection.execute(text("GRANT SELECT, UPDATE ON things TO app"))
    owner.dispose()
    return database_engine


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
