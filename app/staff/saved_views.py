"""List pages under a name: the filters are a query string, so a view is a link."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import text as typed
from app.kernel.errors import Invalid, NotFound

MOST_PER_PERSON = 50


@dataclass(frozen=True, kw_only=True)
class View:
    id: int
    name: str
    query: str
    is_shared: bool
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class NewView:
    page: str
    name: str
    query: str
    is_shared: bool = False


def of_page(session: Session, page: str, *, user_id: int) -> Sequence[View]:
    """One's own and the shared ones, oldest first."""
    statement = text(
        "SELECT id, name, query, is_shared, user_id = :user_id AS is_own FROM saved_views"
        " WHERE page = :page AND (user_id = :user_id OR is_shared) ORDER BY id"
    )
    rows = session.execute(statement, {"page": page, "user_id": user_id})
    return [View(id=r.id, name=r.name, query=r.query, is_shared=r.is_shared, is_own=r.is_own) for r in rows]


def save(session: Session, user_id: int, view: NewView) -> int:
    clean = typed.line(view.name, field="name", most=40, required=True)
    kept = session.scalar(text("SELECT count(*) FROM saved_views WHERE user_id = :id"), {"id": user_id})
    if (kept or 0) >= MOST_PER_PERSON:
        raise Invalid([("name", f"you have {kept} views: remove one first")])
    statement = text(
        "INSERT INTO saved_views (user_id, page, name, query, is_shared)"
        " VALUES (:user_id, :page, :name, :query, :is_shared) RETURNING id"
    )
    query = typed.line(view.query, field="query", most=2_000)
    values = {"user_id": user_id, "page": view.page, "name": clean, "query": query, "is_shared": view.is_shared}
    return int(session.execute(statement, values).scalar_one())


def remove(session: Session, view_id: int, *, user_id: int) -> None:
    """One's own only. Raises NotFound."""
    statement = text("DELETE FROM saved_views WHERE id = :id AND user_id = :user_id RETURNING id")
    if session.execute(statement, {"id": view_id, "user_id": user_id}).one_or_none() is None:
        raise NotFound("this view is not yours, or is gone already")
