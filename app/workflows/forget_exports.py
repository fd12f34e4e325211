"""Files of exports are forgotten after a week: they are copies of what stands here, and grow old."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.exports.models import Export
from app.exports.states import EXPORT
from app.kernel import clock
from app.kernel.deliveries import Held
from app.kernel.effects import Record
from app.kernel.files import FileStore
from app.kernel.uow import unit_of_work

KEPT = timedelta(days=7)
MOST = 200

OLD = text(
    "SELECT e.id, f.key FROM exports e JOIN files f ON f.id = e.file_id"
    " WHERE e.state = 'done' AND e.finished_at < :before ORDER BY e.id LIMIT :most"
)
FORGET = text(
    "WITH gone AS (UPDATE exports e SET file_id = NULL FROM exports former WHERE former.id = e.id"
    " AND e.id = ANY(CAST(:ids AS bigint[])) RETURNING former.file_id)"
    " DELETE FROM files USING gone WHERE files.id = gone.file_id"
)


@dataclass(frozen=True)
class ExportForgetter:
    files: FileStore

    def forget(self, _held: Held) -> Record:
        """The bytes go before the rows that name them."""
        with unit_of_work() as session:
            old = session.execute(OLD, {"before": clock.now() - KEPT, "most": MOST}).all()
        for row in old:
            self.files.delete(row.key)
        return partial(_forget, export_ids=[row.id for row in old])


def _forget(session: Session, *, export_ids: Sequence[int]) -> None:
    EXPORT.move(session, Export, ids=export_ids, action="forget", values={})
    session.execute(FORGET, {"ids": list(export_ids)})
