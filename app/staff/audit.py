"""Acts worth proving, written once and never changed."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.actor import Actor


def write(session: Session, *, actor: Actor, action: str, rule: str) -> None:
    """``rule`` is the route's pattern: an address as typed could carry personal data."""
    statement = text(
        "INSERT INTO audit_entries (actor, action, rule, request_id) VALUES (:actor, :action, :rule, :request_id)"
    )
    values = {"actor": actor.code, "action": action, "rule": rule, "request_id": actor.request_id}
    session.execute(statement, values)
