"""Tables of people, their sign-ins and keys. Who did what, refused or not, is append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class User(Base):
    """``email`` is kept in small letters. ``totp_secret`` is encrypted; it counts once ``totp_confirmed_at`` is set."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('admin', 'support', 'warehouse')", name="role"),
        CheckConstraint("email = lower(email)", name="email"),
        CheckConstraint("theme IN ('auto', 'light', 'dark')", name="theme"),
    )

    id: Mapped[BigId]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default="true")
    theme: Mapped[str] = mapped_column(server_default="auto")
    time_zone: Mapped[str] = mapped_column(server_default="")
    has_shortcuts: Mapped[bool] = mapped_column(server_default="true")
    totp_secret: Mapped[str | None]
    totp_confirmed_at: Mapped[datetime | None]
    totp_counter: Mapped[int] = mapped_column(server_default="0")
    event_sequence: Mapped[int] = mapped_column(server_default="0")
    last_sign_in_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class UserSite(Base):
    """A warehouse user sees these sites and no other."""

    __tablename__ = "user_sites"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)


class UserSession(Base):
    """A signed-in browser. Deleting the row signs it out; the cookie holds the token, the table its hash."""

    __tablename__ = "user_sessions"
    __table_args__ = (Index("ix_user_sessions_user", "user_id"), Index("ix_user_sessions_expires_at", "expires_at"))

    id: Mapped[BigId]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    browser: Mapped[str] = mapped_column(server_default="")
    address: Mapped[str] = mapped_column(server_default="")
    idle_seconds: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]


class PasswordReset(Base):
    """The link in the mail is a signature over this row's id, so nothing here opens an account."""

    __tablename__ = "password_resets"
    __table_args__ = (Index("ix_password_resets_user", "user_id"),)

    id: Mapped[BigId]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    used_at: Mapped[datetime | None]


class ApiKey(Base):
    """``prefix`` is shown to recognise the key; the key itself was shown once."""

    __tablename__ = "api_keys"

    id: Mapped[BigId]
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    key_hash: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    event_sequence: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SavedView(Base):
    """A list page with its filters, under a name: one's own, or shared with everybody."""

    __tablename__ = "saved_views"
    __table_args__ = (Index("ix_saved_views_page", "page", "user_id"),)

    id: Mapped[BigId]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    page: Mapped[str]
    name: Mapped[str]
    query: Mapped[str]
    is_shared: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AuditEntry(Base):
    """Append-only: a refusal or another act worth proving. The route's pattern stands here, never the address typed."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_at", "at"),)

    id: Mapped[BigId]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    actor: Mapped[str]
    action: Mapped[str]
    rule: Mapped[str]
    request_id: Mapped[str]
