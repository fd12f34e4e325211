"""Sending one message: load, hand over, write down what became of it; three short transactions around one call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from app.kernel import clock, deliveries
from app.kernel.deliveries import Held
from app.kernel.effects import Outcome, Record, nothing
from app.kernel.errors import ProviderError
from app.kernel.uow import unit_of_work
from app.notifications.mime import bare_address
from app.notifications.models import Message
from app.notifications.ports import Mailer
from app.notifications.states import FINISHED, MESSAGE, S
from app.notifications.values import Mail

PRIVATE_LINK = "[[private link]]"
LONGEST_ERROR = 500

LinkMakers = Mapping[str, Callable[[int], str]]
FAILURES: Mapping[Outcome, str] = {"again": "put_back", "dead": "refuse", "uncertain": "doubt"}


@dataclass(frozen=True)
class Sender:
    """``links`` makes the links that may not be stored, by what they lead to."""

    mailer: Mailer
    links: LinkMakers

    def send(self, held: Held) -> Record:
        """An effect of the outside kind. A message found half handed over is not sent again: its fate is unknown."""
        message_id = int(held.ids["message_id"])
        with unit_of_work() as session:
            message = session.get_one(Message, message_id)
        if message.state == S.HANDING_OVER:
            raise ProviderError("the worker ended while the mail was being handed over", unknown=True)
        if message.state in FINISHED:
            return nothing
        action = self.mailer.send(self._mail(message), hand_over=partial(_hand_over, held, message_id))
        return partial(_move, message_id=message_id, action=action)

    def _mail(self, message: Message) -> Mail:
        link = self._private_link(message.private_link) if message.private_link else ""
        return Mail(
            message_id=f"<{message.message_key}.{message.id}@{_domain(message.sender)}>",
            sender=message.sender,
            recipient=message.recipient,
            subject=message.subject,
            text=message.text_body.replace(PRIVATE_LINK, link),
            html=message.html_body.replace(PRIVATE_LINK, link),
        )

    def _private_link(self, reference: str) -> str:
        what, _, number = reference.partition(":")
        return self.links[what](int(number))


def write_failure(session: Session, held: Held, outcome: Outcome, error: Exception) -> None:
    """What the failure of a delivery means for its message."""
    message_id = int(held.ids["message_id"])
    _move(session, message_id=message_id, action=FAILURES[outcome], error=str(error))


def _hand_over(held: Held, message_id: int) -> None:
    """Committed before the final dot, never by one who lost the lease: who comes after knows that a mail may be out."""
    with unit_of_work() as session:
        deliveries.check_held(session, held)
        _move(session, message_id=message_id, action="hand_over")


def _move(session: Session, *, message_id: int, action: str, error: str = "") -> None:
    values = {"changed_at": clock.now(), "last_error": error[:LONGEST_ERROR]}
    MESSAGE.move(session, Message, ids=[message_id], action=action, values=values)


def _domain(sender: str) -> str:
    return bare_address(sender).rpartition("@")[2]
