"""Exports: small ones at once, large ones as background work with progress; a killed one is begun anew."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from tempfile import TemporaryFile
from time import monotonic
from typing import BinaryIO, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.exports import lifecycle
from app.exports.asked import KINDS, Asked
from app.exports.models import Export
from app.kernel import clock, deliveries, uow
from app.kernel.actor import Actor
from app.kernel.deliveries import Delivery, Held
from app.kernel.effects import Outcome, Record
from app.kernel.errors import DomainError, Invalid, NotFound
from app.kernel.files import FileStore, StoredFile, add, keep
from app.kernel.table_files import MEDIA_TYPES, MOST_ROWS_IN_XLSX, Cell, write_table
from app.kernel.uow import unit_of_work
from app.staff import audit
from app.workflows.export_tables import TABLES, count_rows, rows_of
from app.workflows.verify import see_one_moment

T = TypeVar("T")

EFFECT = "exports.make"
SMALL = 5_000
TOLD_EVERY_SECONDS = 1.0
RULE = "/admin/exports/"


def is_small(session: Session, asked: Asked) -> bool:
    """Whether it can be sent at once."""
    return count_rows(session, asked, most=SMALL + 1) <= SMALL


def write_export(session: Session, asked: Asked, target: BinaryIO, *, actor: Actor) -> int:
    """The whole table into a file, and who took it into the audit; answers how many rows."""
    _write_down(session, asked, actor)
    return write_table(target, asked.format, TABLES[asked.kind].header, rows_of(session, asked), name=asked.kind)


def start_export(session: Session, asked: Asked, *, actor: Actor) -> Export:
    """Leave the work to a worker. Raises Invalid where the format cannot hold so many rows."""
    rows = count_rows(session, asked)
    if asked.format == "xlsx" and rows > MOST_ROWS_IN_XLSX:
        raise Invalid([("format", f"a workbook holds {MOST_ROWS_IN_XLSX:,} rows, and these are {rows:,}: choose CSV")])
    _write_down(session, asked, actor)
    row = lifecycle.begin(session, asked, rows=rows, actor=actor)
    deliveries.add(session, [Delivery(handler=EFFECT, ids={"export_id": row.id})])
    return row


def ask_again(session: Session, export_id: int, *, actor: Actor) -> None:
    """Make it anew, by what is so now. Raises StaleState where it is there, or under way."""
    asked = lifecycle.what_was_asked(lifecycle.get(session, export_id))
    lifecycle.move(session, export_id, "ask_again", rows_done=0, rows_total=count_rows(session, asked), error="")
    _write_down(session, asked, actor)
    deliveries.add(session, [Delivery(handler=EFFECT, ids={"export_id": export_id})])


@dataclass(frozen=True)
class Exporter:
    files: FileStore

    def make(self, held: Held) -> Record:
        """The rows of one moment go to a file on this machine first; the store may be far away."""
        export_id = int(held.ids["export_id"])
        with unit_of_work() as session:
            lifecycle.move(session, export_id, "run", started_at=clock.now(), rows_done=0)
            row = lifecycle.get(session, export_id)
        asked = lifecycle.what_was_asked(row)
        with TemporaryFile() as target:
            with unit_of_work() as session:
                see_one_moment(session)
                rows = _told(rows_of(session, asked), export_id)
                count = write_table(target, asked.format, TABLES[asked.kind].header, rows, name=asked.kind)
            target.seek(0)
            file = keep(self.files, target, name=file_name(row), media_type=MEDIA_TYPES[asked.format])
        return partial(_finish, export_id=export_id, file=file, rows=count)


def put_back(session: Session, held: Held, outcome: Outcome, error: Exception) -> None:
    """The worker has given up: the page says why, and offers to ask again."""
    if outcome == "again":
        return
    why = str(error) if isinstance(error, DomainError) else f"broke off ({type(error).__name__}): ask again"
    lifecycle.move(session, int(held.ids["export_id"]), "fail", error=why, finished_at=clock.now())


def file_name(row: Export) -> str:
    return f"{KINDS[row.kind].label.lower().replace(' ', '-')}-{row.created_at:%Y-%m-%d}.{row.format}"


def file_of(session: Session, export_id: int) -> tuple[str, str]:
    """Key and name of the file. Raises NotFound before it is made and after it was forgotten."""
    row = lifecycle.get(session, export_id)
    key: str | None = session.execute(text("SELECT key FROM files WHERE id = :id"), {"id": row.file_id}).scalar()
    if key is None:
        raise NotFound(f"the file of export {export_id} is not there (any more): ask for it again")
    return key, file_name(row)


def _finish(session: Session, *, export_id: int, file: StoredFile, rows: int) -> None:
    values = {"file_id": add(session, file), "rows_done": rows, "rows_total": rows, "finished_at": clock.now()}
    lifecycle.move(session, export_id, "finish", **values)


def _told(rows: Iterator[Sequence[Cell]], export_id: int) -> Iterator[Sequence[Cell]]:
    """The rows, and every second a word about how many they were."""
    told = monotonic()
    for count, row in enumerate(rows, start=1):
        yield row
        if monotonic() - told >= TOLD_EVERY_SECONDS:
            told = monotonic()
            _aside(partial(_tell, export_id=export_id, rows=count))


def _tell(session: Session, *, export_id: int, rows: int) -> None:
    session.execute(text("UPDATE exports SET rows_done = :rows WHERE id = :id"), {"rows": rows, "id": export_id})


def _aside(work: Callable[[Session], T]) -> T:
    """In a transaction of its own, while this thread holds one open."""
    with ThreadPoolExecutor(max_workers=1) as threads:
        return threads.submit(uow.run, work).result()


def _write_down(session: Session, asked: Asked, actor: Actor) -> None:
    audit.write(session, actor=actor, action=f"exported {asked.kind} as {asked.format}", rule=RULE)
