"""Messages for pages: of one order, all of them, one in full."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound

COLUMNS = "id, kind, channel, recipient, order_id, subject, state, last_error, requested_by, created_at, changed_at"


@dataclass(frozen=True, kw_only=True)
class MessageRow:
    id: int
    kind: str
    channel: str
    recipient: str
    order_id: int | None
    subject: str
    state: str
    last_error: str
    requested_by: str
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageInFull(MessageRow):
    """A link that may not be stored shows as its placeholder; ``attachment`` is the name of a file, or empty."""

    sender: str
    text_body: str
    html_body: str
    attachment: str


def of_order(session: Session, order_id: int) -> list[MessageRow]:
    """Oldest first: for the order's timeline."""
    statement = text(f"SELECT {COLUMNS} FROM messages WHERE order_id = :order_id ORDER BY id")
    return [MessageRow(**row) for row in session.execute(statement, {"order_id": order_id}).mappings()]


def latest(
    session: Session, *, states: Sequence[str] = (), before: int | None = None, limit: int = 50
) -> list[MessageRow]:
    """Newest first, from behind the id ``before``; all states unless some are named."""
    statement = text(
        f"SELECT {COLUMNS} FROM messages WHERE (cardinality(CAST(:states AS text[])) = 0 OR state = ANY(:states))"
        " AND (CAST(:before AS bigint) IS NULL OR id < :before) ORDER BY id DESC LIMIT :limit"
    )
    values = {"states": list(states), "before": before, "limit": limit}
    return [MessageRow(**row) for row in session.execute(statement, values).mappings()]


def get(session: Session, message_id: int) -> MessageInFull:
    """Raises NotFound."""
    statement = text(
        f"SELECT {COLUMNS}, sender, text_body, html_body,"
        " coalesce((SELECT f.name FROM files f WHERE f.id = attachment_id), '') AS attachment"
        " FROM messages WHERE id = :id"
    )
    row = session.execute(statement, {"id": message_id}).mappings().one_or_none()
    if row is None:
        raise NotFound(f"there is no message {message_id}")
    return MessageInFull(**row)
