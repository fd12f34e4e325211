"""Keys for programs: shown once, stored hashed, each with its scopes and its end."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import driver
from app.kernel import text as typed
from app.kernel.actor import Actor
from app.kernel.crypto import hash_token
from app.kernel.errors import Forbidden, Invalid
from app.kernel.events import emit
from app.staff.errors import UnknownKey
from app.staff.events import ApiKeyCreated, ApiKeyRevoked
from app.staff.values import Key, NewKey

ALIVE = (
    "SELECT id FROM api_keys WHERE id = ANY(%(ids)s::bigint[]) AND revoked_at IS NULL"
    " AND (expires_at IS NULL OR expires_at > now())"
)
SCOPES = (
    *("orders:read", "orders:write", "payments:write"),
    *("stock:read", "stock:write", "transfers:read", "transfers:write"),
    "events:read",
)


def create(
    session: Session, name: str, scopes: Sequence[str], *, actor: Actor, expires_at: datetime | None = None
) -> NewKey:
    """The key itself is in the answer and nowhere else."""
    clean = typed.line(name, field="name", most=100, required=True)
    if not scopes:
        raise Invalid([("scopes", f"name at least one of {', '.join(SCOPES)}")])
    wanted = sorted({typed.choice(scope, SCOPES, field="scopes") for scope in scopes})
    prefix = "wb_" + secrets.token_hex(4)
    key = f"{prefix}_{secrets.token_urlsafe(24)}"
    statement = text(
        "INSERT INTO api_keys (name, prefix, key_hash, scopes, expires_at)"
        " VALUES (:name, :prefix, :hash, CAST(:scopes AS text[]), :expires_at) RETURNING id"
    )
    values = {"name": clean, "prefix": prefix, "hash": hash_token(key), "scopes": wanted, "expires_at": expires_at}
    key_id = session.execute(statement, values).scalar_one()
    emit(session, [ApiKeyCreated(key_id=key_id, scopes=tuple(wanted))], actor=actor)
    return NewKey(id=key_id, name=clean, text=key)


def verify(session: Session, key: str) -> Key:
    """Raises UnknownKey. Notes the use at most once in five minutes, so that a busy key is not a hot row."""
    statement = text(
        "SELECT id, name, scopes, coalesce(last_used_at < now() - interval '5 minutes', true) AS is_stale FROM api_keys"
        " WHERE key_hash = :hash AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())"
    )
    row = session.execute(statement, {"hash": hash_token(key)}).one_or_none()
    if row is None:
        raise unknown()
    if row.is_stale:
        session.execute(text("UPDATE api_keys SET last_used_at = now() WHERE id = :id"), {"id": row.id})
    return Key(id=row.id, name=row.name, scopes=frozenset(row.scopes))


def asked(key_ids: Collection[int]) -> driver.Query:
    """What ``alive`` asks."""
    return ALIVE, {"ids": driver.array(sorted(key_ids))}


def alive(session: Session, key_ids: Collection[int]) -> set[int]:
    """Those of these keys that count at this moment."""
    return {row.id for row in driver.fetch(session, *asked(key_ids))}


def unknown() -> UnknownKey:
    return UnknownKey("This API key is unknown, was revoked or has ended: make a new one on the API keys page.")


def require(key: Key, scope: str) -> None:
    """Raises Forbidden."""
    if scope not in key.scopes:
        raise Forbidden(f"The API key {key.name!r} lacks the scope {scope}: make one that has it.")


def revoke(session: Session, key_ids: Sequence[int], *, actor: Actor) -> None:
    """Counts from the next request on."""
    statement = text("UPDATE api_keys SET revoked_at = now() WHERE id = ANY(:ids) AND revoked_at IS NULL RETURNING id")
    revoked = sorted(session.scalars(statement, {"ids": list(key_ids)}))
    emit(session, [ApiKeyRevoked(key_id=key_id) for key_id in revoked], actor=actor)
