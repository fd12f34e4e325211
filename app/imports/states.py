"""The life of an import."""

from enum import StrEnum

from app.kernel.states import StateMachine, Transition


class ImportState(StrEnum):
    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISCARDED = "discarded"


S = ImportState

IMPORT = StateMachine(
    "import",
    initial=S.UPLOADED,
    transitions=[
        Transition("check", frozenset({S.UPLOADED, S.CHECKED, S.FAILED}), S.CHECKING),
        Transition("report", frozenset({S.CHECKING}), S.CHECKED),
        Transition("fail", frozenset({S.CHECKING}), S.FAILED),
        Transition("run", frozenset({S.CHECKED, S.STOPPED}), S.RUNNING),
        Transition("stop", frozenset({S.RUNNING}), S.STOPPED),
        Transition("finish", frozenset({S.RUNNING}), S.DONE),
        Transition("undo", frozenset({S.DONE, S.STOPPED}), S.UNDOING),
        Transition("refuse_undo", frozenset({S.UNDOING}), S.DONE),
        Transition("finish_undo", frozenset({S.UNDOING}), S.UNDONE),
        Transition("discard", frozenset({S.UPLOADED, S.CHECKED, S.FAILED}), S.DISCARDED),
    ],
)
UNDONE_KINDS = ("orders", "stock", "counts")
WORKING = frozenset({S.CHECKING, S.RUNNING, S.UNDOING})
