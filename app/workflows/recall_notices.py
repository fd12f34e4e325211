"""Letters about a recalled lot: drafted one per customer, read by a person, then sent, each once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import lots
from app.inventory.lots import LotHead
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.notifications import outbox
from app.notifications.rendering import render
from app.notifications.values import Letter
from app.workflows.notify import sender_line

KIND = "recall"


@dataclass(frozen=True, kw_only=True)
class RecalledGoods:
    """What one customer got of the lot."""

    recipient: str
    customer: str
    order_id: int
    orders: tuple[str, ...]
    units: int


def cause(lot_id: int) -> str:
    return f"lot:{lot_id}"


def draft_notices(session: Session, lot_id: int, *, sender: str, actor: Actor) -> int:
    """For whom units of a frozen lot went to; who has one already gets no second. Answers how many are new."""
    lot = lots.get(session, lot_id)
    if not lot.is_frozen:
        raise Invalid([("lot", f"lot {lot.code} is not frozen: freeze it first, so that no more of it leaves")])
    company = session.execute(text(COMPANY)).one()
    from_line = sender_line(company.name, company.mail_from or sender)
    letters = [_letter(lot, one, company.name, from_line) for one in _recipients(session, lot_id)]
    return len(outbox.draft(session, letters, actor=actor))


def send_notices(session: Session, lot_id: int) -> int:
    """All drafts about this lot go out; answers how many."""
    waiting = outbox.drafts(session, kind=KIND, cause=cause(lot_id))
    if waiting:
        outbox.approve(session, waiting)
    return len(waiting)


def _recipients(session: Session, lot_id: int) -> Sequence[RecalledGoods]:
    rows = session.execute(text(RECIPIENTS), {"id": lot_id}).mappings()
    return [RecalledGoods(**{**row, "orders": tuple(row["orders"])}) for row in rows]


def _letter(lot: LotHead, goods: RecalledGoods, company: str, from_line: str) -> Letter:
    rendered = render(KIND, {"lot": lot, "goods": goods, "company": company})
    return Letter(
        kind=KIND,
        cause=cause(lot.id),
        recipient=goods.recipient,
        sender=from_line,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        order_id=goods.order_id,
    )


COMPANY = """
SELECT coalesce((SELECT name FROM company LIMIT 1), 'Waybill') AS name,
       coalesce((SELECT mail_from FROM company LIMIT 1), '') AS mail_from
"""

RECIPIENTS = """
SELECT lower(c.email) AS recipient, min(c.name) AS customer, max(o.id) AS order_id,
       array_agg(DISTINCT o.number ORDER BY o.number) AS orders, -sum(m.on_hand)::bigint AS units
  FROM stock_movements m JOIN order_lines l ON l.id = m.reference_id JOIN orders o ON o.id = l.order_id
  JOIN order_contacts c ON c.order_id = o.id
 WHERE m.lot_id = :id AND m.reason = 'ship' AND m.reference_type = 'order_line' AND coalesce(c.email, '') <> ''
 GROUP BY 1 ORDER BY 1
"""
