"""What the pages of imports show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.channels.models import Channel
from app.imports import exports, lifecycle, progress
from app.imports.fields import KINDS
from app.imports.models import Import
from app.imports.options import Options, from_json
from app.imports.progress import Progress
from app.imports.states import IMPORT, UNDONE_KINDS, WORKING
from app.imports.words import REPAIRS, results
from app.kernel import paging
from app.kernel.paging import Page
from app.queries import actors

PAGE = 30
FIRST = 50


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """One reason why a row was left out; ``found`` is what stood in the cell."""

    line: int
    column: str
    found: str
    message: str


@dataclass(frozen=True, kw_only=True)
class ImportPage:
    row: Import
    by: str
    channel: str
    options: Options
    progress: Progress
    left_out: tuple[LeftOut, ...]
    repairs: Mapping[str, int]
    names_chosen: tuple[Row[Any], ...]
    earlier_id: int | None

    @property
    def is_working(self) -> bool:
        return self.row.state in WORKING

    @property
    def actions(self) -> list[str]:
        """What a person may do now; what describes goods and shelves is not taken back."""
        permitted = IMPORT.permitted(self.row.state)
        return [action for action in permitted if action != "undo" or self.row.kind in UNDONE_KINDS]

    @property
    def check(self) -> Mapping[str, int]:
        return dict(self.row.tally.get("check", {}))

    @property
    def results(self) -> list[tuple[str, str]]:
        """What came of the run, as labelled figures."""
        return results(self.row.kind, self.row.tally.get("run", {}))

    def repair_words(self, kind: str) -> str:
        return REPAIRS.get(kind, kind).capitalize()

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Each header and the field it is read as; empty where it is left out."""
        labels = {field.name: field.label for field in KINDS[self.row.kind]}
        by_column = {column: labels[name] for name, column in self.row.mapping.items()}
        return [(header, by_column.get(column, "")) for column, header in enumerate(self.row.headers)]


def import_page(session: Session, import_id: int) -> ImportPage:
    """Raises NotFound."""
    row = lifecycle.get(session, import_id)
    earlier = lifecycle.earlier(session, row.kind, row.sha256, channel_id=row.channel_id)
    channel = session.scalar(select(Channel.name).where(Channel.id == row.channel_id))
    return ImportPage(
        row=row,
        by=actors.names(session, [row.created_by])[row.created_by],
        channel=channel or "",
        options=from_json(row.options),
        progress=progress.progress(row),
        left_out=tuple(_left_out(session, import_id)),
        repairs=lifecycle.repairs_by_kind(session, import_id),
        names_chosen=tuple(exports.repairs(session, import_id, kind="name_chosen", most=FIRST)),
        earlier_id=next((one.id for one in earlier if one.id < row.id), None),
    )


def import_list(session: Session, *, after: str = "") -> tuple[Page[Import], dict[str, str]]:
    """Imports, latest first, and who began them. Raises BadCursor."""
    cursor = paging.decode(after, (int,))
    sought = paging.seek(select(Import), (Import.id,), cursor=cursor, limit=PAGE)
    found = paging.page(session.scalars(sought).all(), PAGE, key=lambda row: (row.id,), cursor=cursor)
    return found, actors.names(session, {row.created_by for row in found.rows})


def _left_out(session: Session, import_id: int) -> list[LeftOut]:
    rejected = exports.rejected(session, import_id, most=FIRST)
    return [LeftOut(line=row.line, **reason) for row in rejected for reason in row.reasons][:FIRST]
