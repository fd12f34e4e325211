"""Addresses that must not be written to."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.actor import Actor


def suppress(session: Session, recipient: str, *, reason: str, actor: Actor) -> None:
    """From now on messages to this address are written down and not sent."""
    statement = text(
        "INSERT INTO message_suppressions (recipient, channel, reason, added_by)"
        " VALUES (lower(:recipient), 'email', :reason, :actor) ON CONFLICT DO NOTHING"
    )
    session.execute(statement, {"recipient": recipient, "reason": reason, "actor": actor.code})


def lift(session: Session, recipient: str) -> None:
    session.execute(
        text("DELETE FROM message_suppressions WHERE recipient = lower(:recipient)"), {"recipient": recipient}
    )
