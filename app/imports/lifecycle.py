"""Imports as rows: begun, found, moved from state to state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.imports.models import Import
from app.imports.options import Options
from app.imports.states import IMPORT, ImportState
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class NewImport:
    """``sha256`` is hexadecimal; the file itself lies in the file store."""

    kind: str
    format: str
    file_name: str
    file_id: int
    sha256: str
    size_bytes: int
    headers: tuple[str, ...]
    mapping: Mapping[str, int]
    options: Options
    channel_id: int | None = None


def begin(session: Session, new: NewImport, *, actor: Actor) -> Import:
    row = Import(
        kind=new.kind,
        format=new.format,
        state=ImportState.UPLOADED,
        file_name=new.file_name,
        file_id=new.file_id,
        sha256=new.sha256,
        size_bytes=new.size_bytes,
        channel_id=new.channel_id,
        headers=list(new.headers),
        mapping=dict(new.mapping),
        options=new.options.to_json(),
        tally={},
        created_by=actor.code,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, import_id: int) -> Import:
    """As it stands now, whatever this session read before."""
    row = session.get(Import, import_id, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no import {import_id}")
    return row


def lock(session: Session, import_id: int) -> Import:
    """Held until the end of the transaction: one batch of an import at a time, whoever runs it."""
    row = session.get(Import, import_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise NotFound(f"there is no import {import_id}")
    return row


def move(session: Session, row: Import, action: str, **values: Any) -> None:
    """Along the table of states. Raises StaleState if the import is elsewhere by now."""
    session.flush()
    IMPORT.move(session, Import, ids=[row.id], action=action, values=values)
    session.refresh(row)


def earlier(session: Session, kind: str, sha256: str, *, channel_id: int | None = None) -> list[Import]:
    """Imports of the very same bytes that did something, latest first."""
    states = (ImportState.RUNNING, ImportState.STOPPED, ImportState.DONE)
    wanted = select(Import).where(
        Import.kind == kind, Import.sha256 == sha256, Import.channel_id == channel_id, Import.state.in_(states)
    )
    return list(session.scalars(wanted.order_by(Import.id.desc())))


def latest(session: Session, *, most: int = 50) -> Sequence[Import]:
    return session.scalars(select(Import).order_by(Import.id.desc()).limit(most)).all()


def repairs_by_kind(session: Session, import_id: int) -> dict[str, int]:
    rows = session.execute(
        text("SELECT kind, count(*) AS times FROM import_repairs WHERE import_id = :id GROUP BY kind ORDER BY kind"),
        {"id": import_id},
    )
    return {row.kind: row.times for row in rows}
