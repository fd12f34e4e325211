"""Telling customers what became of their orders, once per order or parcel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.actor import SYSTEM, Actor
from app.kernel.errors import StaleState
from app.notifications import outbox
from app.notifications.mime import one_line
from app.notifications.rendering import render
from app.notifications.values import Letter
from app.orders.events import OrderConfirmed, ParcelDelivered, ParcelShipped, PromiseMoved
from app.workflows import letter_facts
from app.workflows.letter_facts import OrderFacts


@dataclass(frozen=True)
class Notifier:
    """``base_url`` leads strangers to us; ``sender`` is used until the company says which address mails come from."""

    base_url: str
    sender: str

    def on_order_confirmed(self, session: Session, events: Sequence[OrderConfirmed]) -> None:
        order_ids = {event.order_id for event in events}
        orders, lines = letter_facts.orders(session, order_ids), letter_facts.lines(session, order_ids)
        letters = [
            self._letter("confirmation", f"order:{order.id}", order, lines=lines[order.id])
            for order in orders.values()
            if order.id in lines
        ]
        outbox.post(session, letters, actor=SYSTEM)

    def on_parcel_shipped(self, session: Session, events: Sequence[ParcelShipped]) -> None:
        self._parcel_letters(session, "shipped", events)

    def on_parcel_delivered(self, session: Session, events: Sequence[ParcelDelivered]) -> None:
        self._parcel_letters(session, "delivered", events)

    def on_promise_moved(self, session: Session, events: Sequence[PromiseMoved]) -> None:
        """Once per promise that is later than what the customer was told last."""
        promises = letter_facts.promises(session, {event.promise_id for event in events})
        orders = letter_facts.orders(session, {promise.order_id for promise in promises.values()})
        letters = [
            self._letter("later", f"promise:{one.id}", orders[one.order_id], promise=one, lines=one.lines)
            for one in promises.values()
            if one.order_id in orders
        ]
        outbox.post(session, letters, actor=SYSTEM)

    def _parcel_letters(
        self, session: Session, kind: str, events: Sequence[ParcelShipped] | Sequence[ParcelDelivered]
    ) -> None:
        orders = letter_facts.orders(session, {event.order_id for event in events})
        parcels = letter_facts.parcels(session, {event.parcel_id for event in events})
        letters = [
            self._letter(kind, f"parcel:{parcel.id}", orders[parcel.order_id], parcel=parcel, lines=parcel.lines)
            for parcel in parcels.values()
            if parcel.order_id in orders
        ]
        outbox.post(session, letters, actor=SYSTEM)

    def _letter(self, kind: str, cause: str, order: OrderFacts, **values: Any) -> Letter:
        tracking_url = f"{self.base_url}/track/{order.tracking_key}"
        rendered = render(kind, {"order": order, "tracking_url": tracking_url, **values})
        return Letter(
            kind=kind,
            cause=cause,
            recipient=order.recipient,
            sender=sender_line(order.company, order.mail_from or self.sender),
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            order_id=order.id,
        )


def resend(session: Session, message_ids: Sequence[int], *, actor: Actor) -> list[int]:
    """A new message with the same words, to the address that the order has now; answers the new ids.

    Pressed twice it is sent once more, not twice: to send yet again, resend the new message. Raises StaleState when
    none of them can be sent anew.
    """
    found = session.execute(AGAIN, {"ids": list(message_ids)}).mappings()
    letters = [Letter(**{**row, "cause": f"message:{row['cause']}"}) for row in found]
    if not letters:
        raise StaleState("these messages cannot be sent again: they hold a link that was good once, or are gone")
    return outbox.post(session, letters, actor=actor)


def sender_line(name: str, address: str) -> str:
    """``"Northwold" <orders@northwold.example>``."""
    plain = one_line(name).replace("\\", "").replace('"', "'")
    return f'"{plain}" <{address}>'


AGAIN = text(
    """
    SELECT m.kind, CAST(m.id AS text) AS cause, coalesce(nullif(c.email, ''), m.recipient) AS recipient, m.sender,
           m.subject, m.text_body AS text, m.html_body AS html, m.order_id
    FROM messages m LEFT JOIN order_contacts c ON c.order_id = m.order_id
    WHERE m.id = ANY(CAST(:ids AS bigint[])) AND m.private_link = '' ORDER BY m.id
    """
)
