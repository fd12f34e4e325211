"""State machines: the table is checked, asked, and enforced in the database."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.kernel.errors import NotFound, StaleState
from app.kernel.states import StateMachine, Transition


class S(StrEnum):
    OPEN = "open"
    RELEASED = "released"
    ON_HOLD = "on_hold"
    DONE = "done"


class Other(StrEnum):
    ELSEWHERE = "elsewhere"


TRANSITIONS = [
    Transition("release", frozenset({S.OPEN}), S.RELEASED),
    Transition("hold", frozenset({S.OPEN, S.RELEASED}), S.ON_HOLD),
    Transition("resume", frozenset({S.ON_HOLD}), S.OPEN),
    Transition("finish", frozenset({S.RELEASED}), S.DONE),
]
TASK = StateMachine("task", initial=S.OPEN, transitions=TRANSITIONS)

EXPECTED = {  # written by hand, the table to compare with
    (S.OPEN, "release"): S.RELEASED,
    (S.OPEN, "hold"): S.ON_HOLD,
    (S.RELEASED, "hold"): S.ON_HOLD,
    (S.RELEASED, "finish"): S.DONE,
    (S.ON_HOLD, "resume"): S.OPEN,
}


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("action", ["release", "hold", "resume", "finish"])
def test_every_pair_of_state_and_action_behaves_as_the_table_says(state, action):
    if (state, action) in EXPECTED:
        assert TASK.target(state, action) is EXPECTED[state, action]
    else:
        with pytest.raises(StaleState):
            TASK.target(state, action)


@pytest.mark.parametrize("state", S)
def test_the_permitted_actions_are_those_that_lead_somewhere(state):
    assert TASK.permitted(state) == [a for a in TASK.actions() if (state, a) in EXPECTED]


def test_a_refusal_says_what_it_is_and_what_it_must_be():
    with pytest.raises(StaleState, match="^task is on hold; to hold it must be open or released$"):
        TASK.target("on_hold", "hold")


def test_an_action_that_the_table_does_not_know_is_a_programming_mistake():
    with pytest.raises(ValueError, match="task knows no action 'explode'"):
        TASK.target("open", "explode")


def test_a_state_that_nothing_leads_to_is_found_when_the_machine_is_built():
    with pytest.raises(ValueError, match="no transition leads to done"):
        StateMachine("task", initial=S.OPEN, transitions=TRANSITIONS[:3])


def test_a_state_reached_only_from_an_unreachable_one_is_found_too():
    loop = [Transition("finish", frozenset({S.RELEASED}), S.DONE), Transition("back", frozenset({S.DONE}), S.RELEASED)]
    with pytest.raises(ValueError, match="no transition leads to released, done"):
        StateMachine("task", initial=S.OPEN, transitions=[TRANSITIONS[1], TRANSITIONS[2], *loop])


def test_two_transitions_for_one_action_from_one_state_are_found():
    with pytest.raises(ValueError, match="more than one transition for release from open"):
        StateMachine(
            "task", initial=S.OPEN, transitions=[*TRANSITIONS, Transition("release", frozenset({S.OPEN}), S.DONE)]
        )


def test_a_state_of_another_machine_is_found():
    with pytest.raises(ValueError, match="are no states of S"):
        StateMachine(
            "task", initial=S.OPEN, transitions=[*TRANSITIONS, Transition("go", frozenset({S.OPEN}), Other.ELSEWHERE)]
        )


@given(st.lists(st.sampled_from(["release", "hold", "resume", "finish"]), max_size=30))
def test_no_sequence_of_actions_leaves_the_table(actions):
    state = TASK.initial
    for action in actions:
        if action in TASK.permitted(state):
            state = TASK.target(state, action)
        assert state in S


class OwnBase(DeclarativeBase):
    type_annotation_map = {int: BigInteger}


class Task(OwnBase):
    __tablename__ = "tasks_of_a_test"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    version: Mapped[int]


@pytest.fixture
def tasks(session):
    session.execute(text("CREATE TEMP TABLE tasks_of_a_test (id bigint PRIMARY KEY, state text, version bigint)"))
    session.execute(text("INSERT INTO tasks_of_a_test VALUES (1, 'open', 1), (2, 'released', 1), (3, 'done', 1)"))
    return session


def states(session):
    return dict(session.execute(text("SELECT id, state FROM tasks_of_a_test ORDER BY id")).all())


def test_a_move_takes_rows_from_all_their_sources(tasks):
    TASK.move(tasks, Task, ids=[2, 1], action="hold", values={"version": Task.version + 1})

    assert states(tasks) == {1: "on_hold", 2: "on_hold", 3: "done"}
    assert tasks.execute(text("SELECT sum(version) FROM tasks_of_a_test")).scalar_one() == 5


def test_a_row_that_moved_on_meanwhile_is_named(tasks):
    with pytest.raises(StaleState, match="task 3 is done; to hold it must be open or released"):
        TASK.move(tasks, Task, ids=[1, 3], action="hold")


def test_a_row_that_does_not_exist_is_not_found(tasks):
    with pytest.raises(NotFound, match="there is no task 99"):
        TASK.move(tasks, Task, ids=[99], action="hold")


def test_moving_nothing_does_nothing(tasks):
    TASK.move(tasks, Task, ids=[], action="hold")

    assert states(tasks) == {1: "open", 2: "released", 3: "done"}


def test_one_action_may_lead_to_different_states(tasks):
    split = StateMachine(
        "task",
        initial=S.OPEN,
        transitions=[
            *TRANSITIONS[:3],
            Transition("finish", frozenset({S.RELEASED}), S.DONE),
            Transition("finish", frozenset({S.OPEN}), S.ON_HOLD),
        ],
    )

    split.move(tasks, Task, ids=[1, 2], action="finish")

    assert states(tasks) == {1: "on_hold", 2: "done", 3: "done"}
