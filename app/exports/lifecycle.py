"""Exports as rows: asked for, made, failed, forgotten."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.exports.asked import Asked, asked
from app.exports.models import Export
from app.exports.states import EXPORT
from app.kernel import paging
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.kernel.paging import Page

PAGE = 30


def begin(session: Session, what: Asked, *, rows: int, actor: Actor) -> Export:
    row = Export(
        kind=what.kind,
        format=what.format,
        filters=what.filters.to_json(),
        rows_total=rows,
        created_by=actor.code,
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, export_id: int) -> Export:
    row = session.get(Export, export_id, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no export {export_id}")
    return row


def move(session: Session, export_id: int, action: str, **values: Any) -> None:
    """Along the table of states. Raises StaleState if the export is elsewhere by now."""
    EXPORT.move(session, Export, ids=[export_id], action=action, values=values)


def what_was_asked(row: Export) -> Asked:
    return asked(row.kind, row.format, row.filters)


def listed(session: Session, *, after: str = "") -> Page[Export]:
    """Latest first. Raises BadCursor."""
    cursor = paging.decode(after, (int,))
    sought = paging.seek(select(Export), (Export.id,), cursor=cursor, limit=PAGE)
    return paging.page(session.scalars(sought).all(), PAGE, key=lambda row: (row.id,), cursor=cursor)
