"""State machines as tables: the transitions are data, checked when built; buttons and moves follow the same table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import BigInteger, Table, any_, case, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Session

from app.kernel.errors import NotFound, StaleState

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Transition(Generic[S]):
    """``action`` is an imperative; it leads from any of ``sources`` to ``target``."""

    action: str
    sources: frozenset[S]
    target: S


class StateMachine(Generic[S]):
    """``what`` names the thing in refusals ("fulfilment order"). Raises ValueError at once if the table has a fault."""

    def __init__(self, what: str, *, initial: S, transitions: Sequence[Transition[S]]) -> None:
        self.what = what
        self.initial = initial
        self.states = tuple(type(initial))
        self.transitions = tuple(transitions)
        self._targets = {(each.action, source): each.target for each in transitions for source in each.sources}
        self._refuse_unknown_states()
        self._refuse_duplicates()
        self._refuse_unreachable_states()

    def actions(self) -> list[str]:
        """Every action once, in the order of the table."""
        return list(dict.fromkeys(each.action for each in self.transitions))

    def permitted(self, state: str) -> list[str]:
        """What may be done now: the buttons of a page."""
        known = self._state(state)
        return [action for action in self.actions() if (action, known) in self._targets]

    def target(self, state: str, action: str) -> S:
        """Where the action leads. Raises StaleState with the reason in words if it does not start from here."""
        target = self._targets.get((action, self._state(state)))
        if target is None:
            raise StaleState(self._refusal(self.what, state, action))
        return target

    def sources(self, action: str) -> list[S]:
        """The states from which the action starts. Raises ValueError for an action that the table does not know."""
        found = [state for state in self.states if (action, state) in self._targets]
        if not found:
            raise ValueError(f"{self.what} knows no action {action!r}; it knows {', '.join(self.actions())}")
        return found

    def move(
        self,
        session: Session,
        model: type[DeclarativeBase],
        *,
        ids: Sequence[int],
        action: str,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        """Move the rows, all or none, locking them by id; ``values`` are further columns to set (time stamps, version).

        Two statements at most. Raises StaleState if a row is in another state by now, NotFound if it does not exist.
        """
        table = cast(Table, model.__table__)
        sources = self.sources(action)
        target = case({source.value: self._targets[action, source].value for source in sources}, value=table.c.state)
        wanted = table.c.id == any_(literal(list(ids), ARRAY(BigInteger)))
        locked = select(table.c.id).where(wanted).order_by(table.c.id).with_for_update()
        moved = session.execute(
            update(table)
            .where(table.c.id.in_(locked), table.c.state.in_([each.value for each in sources]))
            .values({**(values or {}), "state": target})
            .returning(table.c.id)
        ).scalars()
        missing = set(ids) - set(moved)
        if missing:
            self._refuse_missing(session, table, min(missing), action)

    def _refuse_missing(self, session: Session, table: Table, row_id: int, action: str) -> None:
        state = session.execute(select(table.c.state).where(table.c.id == row_id)).scalar_one_or_none()
        if state is None:
            raise NotFound(f"there is no {self.what} {row_id}")
        raise StaleState(self._refusal(f"{self.what} {row_id}", state, action))

    def _refusal(self, what: str, state: str, action: str) -> str:
        sources = " or ".join(_words(each) for each in self.sources(action))
        return f"{what} is {_words(state)}; to {_words(action)} it must be {sources}"

    def _state(self, state: str) -> S:
        return type(self.initial)(state)

    def _refuse_unknown_states(self) -> None:
        mentioned = {state for each in self.transitions for state in (*each.sources, each.target)}
        unknown = [state for state in mentioned if not isinstance(state, type(self.initial))]
        if unknown:
            raise ValueError(f"{self.what}: {unknown!r} are no states of {type(self.initial).__name__}")

    def _refuse_duplicates(self) -> None:
        pairs = Counter((each.action, source) for each in self.transitions for source in each.sources)
        twice = sorted(f"{action} from {source}" for (action, source), times in pairs.items() if times > 1)
        if twice:
            raise ValueError(f"{self.what}: more than one transition for {', '.join(twice)}")

    def _refuse_unreachable_states(self) -> None:
        reached, frontier = {self.initial}, [self.initial]
        while frontier:
            state = frontier.pop()
            found = {target for (_, source), target in self._targets.items() if source == state} - reached
            reached |= found
            frontier.extend(found)
        lost = [state for state in self.states if state not in reached]
        if lost:
            raise ValueError(f"{self.what}: no transition leads to {', '.join(lost)}")


def _words(code: str) -> str:
    return code.replace("_", " ")
