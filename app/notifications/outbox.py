"""Messages are written down first, each once, with a delivery that sends it."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock, deliveries
from app.kernel.actor import Actor
from app.kernel.deliveries import Delivery
from app.kernel.ids import public_token
from app.notifications.mime import one_line
from app.notifications.models import Message
from app.notifications.states import MESSAGE, S
from app.notifications.values import Letter

SEND = "notifications.send"


def post(session: Session, letters: Sequence[Letter], *, actor: Actor) -> list[int]:
    """Write the messages that are not there yet and start sending them; answers their ids.

    Who must not or does not want to be written to gets one in the state ``suppressed``, so that a page can say so.
    """
    added = _write(session, letters, state=S.QUEUED, actor=actor)
    _deliver(session, [row.id for row in added if row.state == S.QUEUED])
    return [row.id for row in added]


def draft(session: Session, letters: Sequence[Letter], *, actor: Actor) -> list[int]:
    """The same, but nothing is sent before somebody approves of it."""
    return [row.id for row in _write(session, letters, state=S.DRAFT, actor=actor)]


def approve(session: Session, message_ids: Sequence[int]) -> None:
    """Send drafts. Raises StaleState for what is no draft any more, so that none goes out twice."""
    MESSAGE.move(session, Message, ids=message_ids, action="approve", values={"changed_at": clock.now()})
    _deliver(session, sorted(message_ids))


def withdraw(session: Session, message_ids: Sequence[int]) -> None:
    """Drafts that are not to be sent."""
    MESSAGE.move(session, Message, ids=message_ids, action="withdraw", values={"changed_at": clock.now()})


def drafts(session: Session, *, kind: str, cause: str) -> list[int]:
    """What waits for somebody to read it."""
    found = text("SELECT id FROM messages WHERE kind = :kind AND cause = :cause AND state = 'draft' ORDER BY id")
    return list(session.execute(found, {"kind": kind, "cause": cause}).scalars())


def _write(session: Session, letters: Sequence[Letter], *, state: S, actor: Actor) -> Sequence[Any]:
    if not letters:
        return []
    rows = [vars(letter) | {"subject": one_line(letter.subject), "key": public_token()} for letter in letters]
    return session.execute(ADD, {"rows": json.dumps(rows), "actor": actor.code, "state": state.value}).all()


def _deliver(session: Session, message_ids: Sequence[int]) -> None:
    deliveries.add(session, [Delivery(handler=SEND, ids={"message_id": id}) for id in message_ids])


ADD = text(
    """
    INSERT INTO messages (kind, cause, recipient, sender, subject, text_body, html_body, order_id, private_link,
                          attachment_id, message_key, requested_by, state)
    SELECT kind, cause, recipient, sender, subject, text, html, order_id, private_link, attachment_id, key, :actor,
           CASE WHEN EXISTS (SELECT FROM message_suppressions s
                             WHERE s.recipient = lower(given.recipient) AND s.channel = 'email')
                  OR EXISTS (SELECT FROM message_preferences p
                             WHERE p.recipient = lower(given.recipient) AND p.kind = given.kind
                               AND p.channel = 'email' AND NOT p.is_wanted)
                THEN 'suppressed' ELSE :state END
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (
         kind text, cause text, recipient text, sender text, subject text, text text, html text,
         order_id bigint, private_link text, attachment_id bigint, key text)
    ON CONFLICT (cause, kind, recipient, channel) DO NOTHING
    RETURNING id, state
    """
)
