"""Messages are written down first, each once, with a delivery that sends it."""

import json
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import deliveries
from app.kernel.actor import Actor
from app.kernel.deliveries import Delivery
from app.kernel.ids import public_token
from app.notifications.mime import one_line
from app.notifications.values import Letter

SEND = "notifications.send"


def post(session: Session, letters: Sequence[Letter], *, actor: Actor) -> list[int]:
    """Write the messages that are not there yet and start sending them; answers their ids.

    Who must not or does not want to be written to gets one in the state ``suppressed``, so that a page can say so.
    """
    if not letters:
        return []
    rows = [vars(letter) | {"subject": one_line(letter.subject), "key": public_token()} for letter in letters]
    added = session.execute(ADD, {"rows": json.dumps(rows), "actor": actor.code}).all()
    sent = [Delivery(handler=SEND, ids={"message_id": row.id}) for row in added if row.state == "queued"]
    deliveries.add(session, sent)
    return [row.id for row in added]


ADD = text(
    """
    INSERT INTO messages (kind, cause, recipient, sender, subject, text_body, html_body, order_id, private_link,
                          message_key, requested_by, state)
    SELECT kind, cause, recipient, sender, subject, text, html, order_id, private_link, key, :actor,
           CASE WHEN EXISTS (SELECT FROM message_suppressions s
                             WHERE s.recipient = lower(given.recipient) AND s.channel = 'email')
                  OR EXISTS (SELECT FROM message_preferences p
                             WHERE p.recipient = lower(given.recipient) AND p.kind = given.kind
                               AND p.channel = 'email' AND NOT p.is_wanted)
                THEN 'suppressed' ELSE 'queued' END
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (
         kind text, cause text, recipient text, sender text, subject text, text text, html text,
         order_id bigint, private_link text, key text)
    ON CONFLICT (cause, kind, recipient, channel) DO NOTHING
    RETURNING id, state
    """
)
