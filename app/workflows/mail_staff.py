"""Mails to our own people: the link with which a forgotten password is set anew."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.actor import SYSTEM
from app.notifications import outbox
from app.notifications.rendering import render
from app.notifications.sending import PRIVATE_LINK
from app.notifications.values import Letter
from app.staff.events import PasswordResetRequested
from app.workflows.notify import sender_line


@dataclass(frozen=True)
class StaffMail:
    sender: str

    def on_password_reset_requested(self, session: Session, events: Sequence[PasswordResetRequested]) -> None:
        rows = session.execute(PEOPLE, {"ids": [event.reset_id for event in events]}).all()
        letters = []
        for row in rows:
            rendered = render("password_reset", {"company": row.company, "link": PRIVATE_LINK})
            letter = Letter(
                kind="password_reset",
                cause=f"password_reset:{row.id}",
                recipient=row.email,
                sender=sender_line(row.company, row.mail_from or self.sender),
                subject=rendered.subject,
                text=rendered.text,
                html=rendered.html,
                private_link=f"password_reset:{row.id}",
            )
            letters.append(letter)
        outbox.post(session, letters, actor=SYSTEM)


PEOPLE = text(
    """
    SELECT r.id, u.email, coalesce(company.name, 'Waybill') AS company, coalesce(company.mail_from, '') AS mail_from
    FROM password_resets r JOIN users u ON u.id = r.user_id LEFT JOIN company ON true
    WHERE r.id = ANY(CAST(:ids AS bigint[])) AND r.used_at IS NULL AND u.is_active
    """
)
