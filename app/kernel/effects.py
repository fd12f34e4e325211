"""What can be done after commit: effects by name, the queue that serves each, and how long it is tried."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from sqlalchemy.orm import Session

from app.kernel.deliveries import Held
from app.kernel.event_types import Event, decode

InDatabase: TypeAlias = Callable[[Session, Sequence[Held]], None]
Record: TypeAlias = Callable[[Session], None]
Outside: TypeAlias = Callable[[Held], Record]
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


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Exactly one of two kinds.

    ``in_database``: many deliveries are locked, handled and finished in one transaction; a poisoned one fails alone.
    ``outside``: one delivery is claimed, carried out outside any transaction, and answers a function that writes the
    result; that function and the finish share one transaction, which is refused to whoever lost the lease.
    ``failed`` may write down what a failure means, in the transaction that records it.
    """

    name: str
    queue: str
    in_database: InDatabase | None = None
    outside: Outside | None = None
    failed: Failed | None = None
    patience: Patience = field(default_factory=Patience)
    batch: int = 100

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


def nothing(_session: Session) -> None:
    """The record of an effect that finds nothing left to do."""
