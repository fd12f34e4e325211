"""Tables of messages; addresses and bodies are personal data and can be erased."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class Message(Base):
    """One message to one recipient; ``cause`` is what it is about, and per cause, kind and channel it is the only one.

    ``private_link`` names what a link in the body leads to ("password_reset:7"); the link itself is made when sending.
    ``attachment_id`` is a kept file that goes with it.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("cause", "kind", "recipient", "channel"),
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
        CheckConstraint(
            "state IN ('draft', 'withdrawn', 'queued', 'handing_over', 'sent', 'kept', 'refused', 'suppressed',"
            " 'uncertain')",
            name="state",
        ),
        Index("ix_messages_order", "order_id", "id"),
        Index("ix_messages_attachment", "attachment_id", postgresql_where=text("attachment_id IS NOT NULL")),
        Index("ix_messages_trouble", "id", postgresql_where=text("state IN ('refused', 'uncertain')")),
    )

    id: Mapped[BigId]
    cause: Mapped[str]
    kind: Mapped[str]
    channel: Mapped[str] = mapped_column(server_default="email")
    recipient: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    sender: Mapped[str]
    subject: Mapped[str]
    text_body: Mapped[str]
    html_body: Mapped[str]
    private_link: Mapped[str] = mapped_column(server_default="")
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    message_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(server_default="queued")
    last_error: Mapped[str] = mapped_column(server_default="")
    requested_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Preference(Base):
    """A recipient's wish about one kind of message; no row means yes."""

    __tablename__ = "message_preferences"

    recipient: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    is_wanted: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Suppression(Base):
    """An address that must not be written to: it bounced, complained or was erased. Kept in small letters."""

    __tablename__ = "message_suppressions"

    recipient: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    added_by: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
