"""Sessions: one row per signed-in browser; no row, no access."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.kernel import ids
from app.kernel.crypto import hash_token
from app.staff.values import Browser, OpenSession, Person

IDLE = timedelta(hours=1)
LONGEST = timedelta(hours=12)
TOUCH_SECONDS = 60


def start(session: Session, user_id: int, *, browser: Browser, keep: bool = False) -> str:
    """The token for the cookie. ``keep`` lets the browser be idle for as long as a session may last at all."""
    token = ids.public_token()
    statement = text(
        "INSERT INTO user_sessions (token_hash, user_id, browser, address, idle_seconds, expires_at)"
        " VALUES (:hash, :user_id, :browser, :address, :idle, now() + :longest)"
    )
    values = {"hash": hash_token(token), "user_id": user_id, "browser": browser.name[:200], "address": browser.address}
    idle = (LONGEST if keep else IDLE).total_seconds()
    session.execute(statement, {**values, "idle": int(idle), "longest": LONGEST})
    return token


def find(session: Session, token: str) -> OpenSession | None:
    """The session and its person in one query; None if it ended, was revoked or the person was disabled."""
    statement = text(
        "SELECT s.id AS session_id, s.data, s.last_seen_at < now() - make_interval(secs => :touch) AS is_stale,"
        " u.id, u.email, u.name, u.role, u.theme, u.time_zone, u.has_shortcuts,"
        " u.totp_confirmed_at IS NOT NULL AS has_totp,"
        " ARRAY(SELECT site_id FROM user_sites WHERE user_id = u.id) AS site_ids"
        " FROM user_sessions s JOIN users u ON u.id = s.user_id"
        " WHERE s.token_hash = :hash AND u.is_active AND s.expires_at > now()"
        " AND s.last_seen_at + make_interval(secs => s.idle_seconds) > now()"
    )
    row = session.execute(statement, {"hash": hash_token(token), "touch": TOUCH_SECONDS}).one_or_none()
    if row is None:
        return None
    return OpenSession(id=row.session_id, person=_person(row), data=row.data, is_stale=row.is_stale)


def save(session: Session, session_id: int, data: Mapping[str, Any]) -> None:
    """Also notes the visit."""
    statement = text("UPDATE user_sessions SET data = CAST(:data AS jsonb), last_seen_at = now() WHERE id = :id")
    session.execute(statement, {"id": session_id, "data": json.dumps(data)})


def end(session: Session, user_id: int, session_ids: Sequence[int]) -> int:
    """Sign these browsers of one person out; how many there were."""
    statement = text("DELETE FROM user_sessions WHERE user_id = :user_id AND id = ANY(:ids) RETURNING id")
    return len(session.execute(statement, {"user_id": user_id, "ids": list(session_ids)}).all())


def end_all(session: Session, user_ids: Sequence[int], *, keep: int | None = None) -> None:
    statement = text(
        "DELETE FROM user_sessions WHERE user_id = ANY(:ids) AND id IS DISTINCT FROM CAST(:keep AS bigint)"
    )
    session.execute(statement, {"ids": list(user_ids), "keep": keep})


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        email=row.email,
        name=row.name,
        role=row.role,
        theme=row.theme,
        time_zone=row.time_zone,
        has_shortcuts=row.has_shortcuts,
        has_totp=row.has_totp,
        site_ids=frozenset(row.site_ids),
    )
