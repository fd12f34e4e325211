"""Lists of people, sessions and keys for the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class UserRow:
    id: int
    email: str
    name: str
    role: str
    is_active: bool
    has_totp: bool
    sites: tuple[str, ...]
    sessions: int
    last_sign_in_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    id: int
    user_id: int
    user_name: str
    role: str
    browser: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class KeyRow:
    id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    id: int
    at: datetime
    actor: str
    action: str
    rule: str
    request_id: str


def people(session: Session) -> Sequence[UserRow]:
    """Everybody, the active first."""
    return _users(session, "true", {})


def person(session: Session, user_id: int) -> UserRow:
    """Raises NotFound."""
    found = _users(session, "u.id = :id", {"id": user_id})
    if not found:
        raise NotFound(f"there is no user {user_id}")
    return found[0]


def open_sessions(session: Session, *, user_id: int | None = None) -> Sequence[SessionRow]:
    """Of one person or of everybody, the latest visit first."""
    statement = text(
        "SELECT s.id, s.user_id, u.name AS user_name, u.role, s.browser, s.address, s.created_at, s.last_seen_at,"
        " s.expires_at FROM user_sessions s JOIN users u ON u.id = s.user_id"
        " WHERE (CAST(:user_id AS bigint) IS NULL OR s.user_id = :user_id) AND s.expires_at > now() AND u.is_active"
        " AND s.last_seen_at + make_interval(secs => s.idle_seconds) > now()"
        " ORDER BY s.last_seen_at DESC, s.id DESC LIMIT 500"
    )
    return [SessionRow(**row) for row in session.execute(statement, {"user_id": user_id}).mappings()]


def api_keys(session: Session) -> Sequence[KeyRow]:
    """The usable first, then the newest."""
    statement = text(
        "SELECT id, name, prefix, scopes, created_at, last_used_at, expires_at, revoked_at FROM api_keys"
        " ORDER BY revoked_at IS NOT NULL, id DESC"
    )
    rows = session.execute(statement).mappings()
    return [KeyRow(**{**row, "scopes": tuple(row["scopes"])}) for row in rows]


def audit_entries(session: Session, *, limit: int = 200) -> Sequence[AuditRow]:
    """The latest first."""
    statement = text("SELECT id, at, actor, action, rule, request_id FROM audit_entries ORDER BY id DESC LIMIT :limit")
    return [AuditRow(**row) for row in session.execute(statement, {"limit": limit}).mappings()]


def _users(session: Session, condition: str, values: dict[str, int]) -> list[UserRow]:
    statement = text(
        "SELECT u.id, u.email, u.name, u.role, u.is_active, u.totp_confirmed_at IS NOT NULL AS has_totp,"
        " ARRAY(SELECT t.code FROM user_sites p JOIN sites t ON t.id = p.site_id"
        " WHERE p.user_id = u.id ORDER BY t.code) AS sites,"
        " (SELECT count(*) FROM user_sessions s WHERE s.user_id = u.id AND s.expires_at > now()) AS sessions,"
        f" u.last_sign_in_at, u.created_at FROM users u WHERE {condition}"
        " ORDER BY u.is_active DESC, lower(u.name), u.id"
    )
    rows = session.execute(statement, values).mappings()
    return [UserRow(**{**row, "sites": tuple(row["sites"])}) for row in rows]
