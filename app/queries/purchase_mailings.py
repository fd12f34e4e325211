"""When a purchase order went to its supplier by mail, who sent it, and what became of each mail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class MailingRow:
    """``state`` and ``last_error`` are those of the message; ``key`` names the file that was attached."""

    id: int
    message_id: int
    mailed_at: datetime
    actor: str
    recipient: str
    state: str
    last_error: str
    digest: bytes
    file_name: str
    key: str

    @property
    def has_failed(self) -> bool:
        return self.state in {"refused", "uncertain", "suppressed"}


def mailings(session: Session, purchase_order_id: int) -> list[MailingRow]:
    """The latest first."""
    statement = text(f"{MAILINGS} WHERE m.purchase_order_id = :id ORDER BY m.id DESC")
    rows = session.execute(statement, {"id": purchase_order_id})
    return [MailingRow(**row._mapping) for row in rows]


def mailing(session: Session, number: str, mailing_id: int) -> MailingRow:
    """Raises NotFound."""
    statement = text(
        f"{MAILINGS} JOIN purchase_orders o ON o.id = m.purchase_order_id WHERE o.number = :number AND m.id = :id"
    )
    found = session.execute(statement, {"number": number, "id": mailing_id}).one_or_none()
    if found is None:
        raise NotFound("this purchase order was never mailed so")
    return MailingRow(**found._mapping)


MAILINGS = """
SELECT m.id, m.message_id, m.mailed_at, m.actor, x.recipient, x.state, x.last_error, m.digest, f.name AS file_name,
       f.key
  FROM purchase_mailings m JOIN messages x ON x.id = m.message_id JOIN files f ON f.id = m.file_id
"""
