"""What can be done after commit: effects by name, the queue that serves each, and how long it is tried."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from sqlalchemy.orm import Session

from app.kernel.deliveries import Held
from app.kernel.event_types import Event, decode

InDatabase: TypeAlias = Callable[[Session, Sequence[Held]], None]
Record: TypeAlias = Callable[[Session], None]
HandOver: TypeAlias = Callable[[Record], None]
Outcome: TypeAlias = Literal["again", "dead", "uncertain"]
Failed: TypeAlias = Callable[[Session, Held, Outcome, Exception], None]


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often, and how long between: doubling from ``first`` to ``longest`` seconds. The default lasts two days."""

    tries: int = 21
    first: float = 30
    longest: float = 14_400

    def seconds(self, failures: int) -> float:
        return float(min(self.longest, self.first * 2 ** min(failures - 1, 30)))


T = TypeVar("T")


class Outside(Protocol[T]):
    """Something that is done outside any transaction, for one delivery after another of a claimed batch."""

    def begin(self, held: Sequence[Held]) -> AbstractContextManager[Callable[[Held, HandOver], T]]:
        """Read what all of them need, open what they can share, and answer what carries one of them out.

        It is given ``hand_over``, to be called once at the last moment when nothing has happened that cannot be taken
        back, with the mark that says so: the mark is committed before that call returns, together with the results so
        far, and refused to whoever lost the lease. An error after it, other than a ``ProviderError``, is "uncertain".
        """

    def record(self, session: Session, done: Sequence[tuple[Held, T]]) -> None:
        """Write the results, in the transaction that finishes their deliveries."""


@dataclass(frozen=True)
class OneByOne:
    """What gains nothing from a batch: ``perform`` answers the function that writes down what it did."""

    perform: Callable[[Held], Record]

    @contextmanager
    def begin(self, held: Sequence[Held]) -> Iterator[Callable[[Held, HandOver], Record]]:
        yield lambda each, _hand_over: self.perform(each)

    def record(self, session: Session, done: Sequence[tuple[Held, Record]]) -> None:
        for _, record in done:
            record(session)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Exactly one of two kinds.

    ``in_database``: many deliveries are locked, handled and finished in one transaction; a poisoned one fails alone.
    ``outside``: many are claimed and carried out one after another outside any transaction; results and finishes share
    transactions, which are refused to whoever lost the lease.
    ``failed`` may write down what a failure means, in the transaction that records it.
    ``then`` names the outside effect to go on with at once: what an ``in_database`` one has just added for it.
    """

    name: str
    queue: str
    in_database: InDatabase | None = None
    outside: Outside[Any] | None = None
    failed: Failed | None = None
    patience: Patience = field(default_factory=Patience)
    batch: int = 100
    then: str = ""

    def __post_init__(self) -> None:
        if (self.in_database is None) == (self.outside is None):
            raise ValueError(f"effect {self.name}: give in_database or outside")


_effects: Mapping[str, Effect] = {}


def wire(effects: Mapping[str, Effect]) -> None:
    global _effects
    _effects = effects


def get(name: str) -> Effect:
    if name not in _effects:
        raise LookupError(f"no effect is called {name!r}: add it to EFFECTS in app/wiring.py")
    return _effects[name]


def queue_of(name: str) -> str:
    """Which queue serves it; empty for a name that nobody knows any more."""
    return _effects[name].queue if name in _effects else ""


def batch_of(name: str) -> int:
    """How many deliveries one job carries. A name that nobody knows any more reaches a worker too, to be refused."""
    return _effects[name].batch if name in _effects else 1


def on(kind: type[Event], hearer: Callable[[Session, Sequence[Any]], None]) -> InDatabase:
    """An ``on_<event>`` function of a workflow as the handler of an effect that AFTER names for this event."""

    def handle(session: Session, held: Sequence[Held]) -> None:
        hearer(session, [decode(kind.__name__, each.ids) for each in held])

    return handle
