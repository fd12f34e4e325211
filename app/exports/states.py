"""The life of an export."""

from enum import StrEnum

from app.kernel.states import StateMachine, Transition


class ExportState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    FORGOTTEN = "forgotten"


S = ExportState

EXPORT = StateMachine(
    "export",
    initial=S.WAITING,
    transitions=[
        Transition("run", frozenset({S.WAITING, S.RUNNING}), S.RUNNING),
        Transition("finish", frozenset({S.RUNNING}), S.DONE),
        Transition("fail", frozenset({S.WAITING, S.RUNNING}), S.FAILED),
        Transition("ask_again", frozenset({S.FAILED, S.FORGOTTEN}), S.WAITING),
        Transition("forget", frozenset({S.DONE}), S.FORGOTTEN),
    ],
)
WORKING = frozenset({S.WAITING, S.RUNNING})
