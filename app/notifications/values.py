"""What a message is before it is stored, and what a mailer gets."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Letter:
    """``cause`` says what it is about ("order:7"): the same cause, kind and recipient never give a second message."""

    kind: str
    cause: str
    recipient: str
    sender: str
    subject: str
    text: str
    html: str
    order_id: int | None = None
    private_link: str = ""
    attachment_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Mail:
    """``message_id`` is derived from the row and stays the same however often it is tried."""

    message_id: str
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    attachment: Attachment | None = None
