"""What the files of imports held is forgotten in time: it names people, and what was taken in stands elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.imports.models import Import
from app.imports.states import IMPORT
from app.kernel import clock
from app.kernel.deliveries import Held
from app.kernel.effects import Record
from app.kernel.files import FileStore
from app.kernel.uow import unit_of_work

KEPT = timedelta(days=90)
MOST = 200

NEVER_TAKEN_IN = text(
    "SELECT id FROM imports WHERE state IN ('uploaded', 'checked', 'failed')"
    " AND coalesce(checked_at, created_at) < :before ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED"
)
ENDED = text(
    "SELECT i.id, f.key FROM imports i JOIN files f ON f.id = i.file_id"
    " WHERE i.state IN ('done', 'undone', 'discarded')"
    " AND coalesce(i.finished_at, i.checked_at, i.created_at) < :before ORDER BY i.id LIMIT :most"
)
FORGET = tuple(
    map(
        text,
        (
            "DELETE FROM import_rows WHERE import_id = ANY(CAST(:ids AS bigint[]))",
            "DELETE FROM import_repairs WHERE import_id = ANY(CAST(:ids AS bigint[]))",
            "WITH gone AS (UPDATE imports i SET file_id = NULL FROM imports former WHERE former.id = i.id"
            " AND i.id = ANY(CAST(:ids AS bigint[])) RETURNING former.file_id)"
            " DELETE FROM files USING gone WHERE files.id = gone.file_id",
        ),
    )
)


@dataclass(frozen=True)
class ImportForgetter:
    files: FileStore

    def forget(self, _held: Held) -> Record:
        """Old files that nobody took in are discarded; then the bytes go before the rows that name them."""
        asked = {"before": clock.now() - KEPT, "most": MOST}
        with unit_of_work() as session:
            given_up = session.execute(NEVER_TAKEN_IN, asked).scalars().all()
            IMPORT.move(session, Import, ids=given_up, action="discard", values={})
            ended = session.execute(ENDED, asked).all()
        for row in ended:
            self.files.delete(row.key)
        return partial(_forget, import_ids=[row.id for row in ended])


def _forget(session: Session, *, import_ids: Sequence[int]) -> None:
    for statement in FORGET:
        session.execute(statement, {"ids": list(import_ids)})
