"""Imports as background work: one delivery checks a file, takes in batches, or takes everything back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from shutil import copyfileobj
from tempfile import TemporaryFile
from time import monotonic
from typing import IO

from sqlalchemy.orm import Session

from app.imports import lifecycle
from app.kernel import deliveries, uow
from app.kernel.actor import Actor
from app.kernel.deliveries import Delivery, Held
from app.kernel.effects import Outcome, Record
from app.kernel.files import FileStore
from app.workflows.check_import import check_import
from app.workflows.run_import import advance_import
from app.workflows.undo_import import undo_import

CHECK, RUN, UNDO = "imports.check", "imports.run", "imports.undo"
LONGEST_CHECK_SECONDS = 3600
LONGEST_TURN_SECONDS = 30
PUT_BACK = {"checking": "fail", "running": "stop", "undoing": "refuse_undo"}


def plan(session: Session, effect: str, import_id: int, *, file_key: str = "") -> None:
    """Leave the work to a worker."""
    deliveries.add(session, [Delivery(handler=effect, ids={"import_id": import_id, "file_key": file_key})])


@dataclass(frozen=True)
class FileChecker:
    files: FileStore

    def check(self, held: Held) -> Record:
        """Fetches the file before any transaction is open: the store may be far away."""
        copy = TemporaryFile()  # noqa: SIM115 - _read closes it
        with self.files.open(held.ids["file_key"]) as stored:
            copyfileobj(stored, copy)
        return partial(_read, held=held, copy=copy)


def run(held: Held) -> Record:
    """Batch after batch, each in a transaction of its own, until it is another's turn: the rest is a new delivery.

    Whoever stops the import is heard between two batches, and two workers that meet take turns.
    """
    import_id, end = int(held.ids["import_id"]), monotonic() + LONGEST_TURN_SECONDS
    is_left = True
    while is_left and monotonic() < end:
        is_left = uow.run(partial(advance_import, import_id=import_id, actor=_actor(import_id)))
    return partial(_go_on, import_id=import_id, is_left=is_left)


def undo(session: Session, held: Sequence[Held]) -> None:
    for each in held:
        import_id = int(each.ids["import_id"])
        undo_import(session, import_id, actor=_actor(import_id))


def put_back(session: Session, held: Held, outcome: Outcome, error: Exception) -> None:
    """The worker has given up: the import waits where a person can begin again, and says why."""
    if outcome == "again":
        return
    row = lifecycle.lock(session, int(held.ids["import_id"]))
    if row.state in PUT_BACK:
        why = f"broke off ({type(error).__name__}): begin again, nothing is taken twice"
        lifecycle.move(session, row, PUT_BACK[row.state], error=why)


def _go_on(session: Session, *, import_id: int, is_left: bool) -> None:
    if is_left:
        plan(session, RUN, import_id)


def _read(session: Session, *, held: Held, copy: IO[bytes]) -> None:
    deliveries.extend(session, [held], seconds=LONGEST_CHECK_SECONDS)
    with copy:
        check_import(session, int(held.ids["import_id"]), copy)  # type: ignore[arg-type]


def _actor(import_id: int) -> Actor:
    return Actor(kind="job", id=import_id)
