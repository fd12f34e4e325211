"""Administrators hear of stock that ran low: one mail with all that is new, and never again while it stays low."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.deliveries import Held
from app.notifications import outbox
from app.notifications.rendering import render
from app.notifications.values import Letter
from app.workflows.company_day import today
from app.workflows.notify import sender_line

MAIL = "replenishment.mail_alerts"
KIND = "low_stock"
LISTED = 30


@dataclass(frozen=True)
class AlertMail:
    """``base_url`` leads to us; ``sender`` is used until the company says which address mails come from."""

    base_url: str
    sender: str

    def post(self, session: Session, _held: Sequence[Held] = ()) -> None:
        """The regular effect. Snoozed alerts are left out for good: somebody knows of them."""
        alerts = session.execute(text(NEW), {"day": today(session)}).all()
        if not alerts:
            return
        people = session.execute(text(PEOPLE)).all()
        outbox.post(session, [self._letter(person, alerts) for person in people], actor=SYSTEM)
        session.execute(text(MAILED), {"ids": [alert.id for alert in alerts], "at": clock.now()})

    def _letter(self, person: Row[Any], alerts: Sequence[Row[Any]]) -> Letter:
        values = {
            "company": person.company,
            "alerts": alerts[:LISTED],
            "count": len(alerts),
            "link": f"{self.base_url}/admin/alerts/",
        }
        rendered = render(KIND, values)
        return Letter(
            kind=KIND,
            cause=f"stock_alert:{alerts[0].id}",
            recipient=person.email,
            sender=sender_line(person.company, person.mail_from or self.sender),
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
        )


NEW = """
SELECT a.id, s.code AS sku, s.name, t.code AS site, a.free, a.incoming, a.reorder_point, a.suggested
  FROM stock_alerts a JOIN skus s ON s.id = a.sku_id JOIN sites t ON t.id = a.site_id
 WHERE a.closed_at IS NULL AND a.mailed_at IS NULL
   AND (a.snoozed_until IS NULL OR a.snoozed_until < CAST(:day AS date)) ORDER BY a.id FOR UPDATE OF a
"""
PEOPLE = """
SELECT u.email, coalesce(company.name, 'Waybill') AS company, coalesce(company.mail_from, '') AS mail_from
  FROM users u LEFT JOIN company ON true WHERE u.role = 'admin' AND u.is_active ORDER BY u.id
"""
MAILED = "UPDATE stock_alerts SET mailed_at = :at WHERE id = ANY(CAST(:ids AS bigint[]))"
