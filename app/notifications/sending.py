"""Sending messages: load a batch, hand over one by one, write down what became of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.deliveries import Held
from app.kernel.effects import HandOver, Outcome
from app.kernel.errors import NotFound, ProviderError
from app.kernel.files import FileStore, StoredFile
from app.kernel.uow import unit_of_work
from app.notifications.mime import bare_address
from app.notifications.models import Message
from app.notifications.ports import Mailer, Transmit
from app.notifications.states import FINISHED, MESSAGE, S
from app.notifications.values import Attachment, Mail

PRIVATE_LINK = "[[private link]]"
LONGEST_ERROR = 500

LinkMakers: TypeAlias = Mapping[str, Callable[[int], str]]
Action: TypeAlias = str
FAILURES: Mapping[Outcome, str] = {"again": "put_back", "dead": "refuse", "uncertain": "doubt"}


@dataclass(frozen=True)
class Sender:
    """An effect of the outside kind. ``links`` makes the links that may not be stored, by what they lead to.

    What is attached to mails is read from ``files``.
    """

    mailer: Mailer
    links: LinkMakers
    files: FileStore

    @contextmanager
    def begin(self, held: Sequence[Held]) -> Iterator[Callable[[Held, HandOver], Action]]:
        with unit_of_work() as session:
            found = session.scalars(select(Message).where(Message.id.in_([_message_id(each) for each in held])))
            messages = {message.id: message for message in found}
            attached = _attached_files(session, messages.values())
        with self.mailer.session() as transmit:
            yield lambda each, hand_over: self._send(messages[_message_id(each)], attached, transmit, hand_over)

    def record(self, session: Session, done: Sequence[tuple[Held, Action]]) -> None:
        for action in ("accept", "keep"):
            if ids := [_message_id(held) for held, became in done if became == action]:
                _move(session, ids, action=action)

    def _send(
        self, message: Message, attached: Mapping[int, StoredFile], transmit: Transmit, hand_over: HandOver
    ) -> Action:
        """A message found half handed over is not sent again: its fate is unknown."""
        if message.state == S.HANDING_OVER:
            raise ProviderError("the worker ended while the mail was being handed over", unknown=True)
        if message.state in FINISHED:
            return ""
        mark = partial(_move, ids=[message.id], action="hand_over")
        file = attached[message.attachment_id] if message.attachment_id else None
        return transmit(self._mail(message, file), hand_over=lambda: hand_over(mark))

    def _mail(self, message: Message, file: StoredFile | None) -> Mail:
        link = self._private_link(message.private_link) if message.private_link else ""
        return Mail(
            message_id=f"<{message.message_key}.{message.id}@{_domain(message.sender)}>",
            sender=message.sender,
            recipient=message.recipient,
            subject=message.subject,
            text=message.text_body.replace(PRIVATE_LINK, link),
            html=message.html_body.replace(PRIVATE_LINK, link),
            attachment=self._attachment(file) if file else None,
        )

    def _attachment(self, file: StoredFile) -> Attachment:
        try:
            with self.files.open(file.key) as stream:
                return Attachment(name=file.name, media_type=file.media_type, content=stream.read())
        except NotFound:
            raise ProviderError("what was attached is not in the file store any more", permanent=True) from None

    def _private_link(self, reference: str) -> str:
        what, _, number = reference.partition(":")
        return self.links[what](int(number))


def write_failure(session: Session, held: Held, outcome: Outcome, error: Exception) -> None:
    """What the failure of a delivery means for its message."""
    _move(session, [_message_id(held)], action=FAILURES[outcome], error=str(error))


def _attached_files(session: Session, messages: Iterable[Message]) -> dict[int, StoredFile]:
    ids = {message.attachment_id for message in messages if message.attachment_id}
    if not ids:
        return {}
    return {file.id: file for file in session.scalars(select(StoredFile).where(StoredFile.id.in_(ids)))}


def _message_id(held: Held) -> int:
    return int(held.ids["message_id"])


def _move(session: Session, ids: Sequence[int], *, action: str, error: str = "") -> None:
    values = {"changed_at": clock.now(), "last_error": error[:LONGEST_ERROR]}
    MESSAGE.move(session, Message, ids=ids, action=action, values=values)


def _domain(sender: str) -> str:
    return bare_address(sender).rpartition("@")[2]
