"""Claims on idempotency keys and external numbers: the very first locks, taken in sorted order by one statement."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import bulk, driver
from app.kernel.driver import array, cells
from app.orders.models import IdempotencyKey

Claim = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Somebody claimed this before; ``answer`` is what he was told."""

    request_hash: bytes
    answer: dict[str, Any] | None


def external(channel_id: int, number: str) -> Claim:
    return f"external:{channel_id}", number


def claim(session: Session, wanted: Mapping[Claim, bytes]) -> dict[Claim, Taken]:
    """Claim all that are free, with their request hashes; answers those that are not. Waits for one in flight."""
    ordered = sorted(wanted)
    won = bulk.insert(
        session,
        IdempotencyKey,
        [{"scope": scope, "key": key, "request_hash": wanted[scope, key]} for scope, key in ordered],
        suffix="ON CONFLICT (scope, key) DO NOTHING RETURNING scope, key",
    )
    lost = set(wanted) - {(row.scope, row.key) for row in won}
    return _read(session, sorted(lost)) if lost else {}


def answer(session: Session, answers: Mapping[Claim, tuple[int, str]]) -> None:
    """Store what the callers are told: a status code and a JSON text each."""
    driver.write(
        session,
        "UPDATE idempotency_keys k SET status_code = v.status::bigint, answer = v.answer::jsonb"
        " FROM unnest(%(rows)s::cells[]) AS v(scope, key, status, answer) WHERE k.scope = v.scope AND k.key = v.key",
        {
            "rows": cells(
                [scope for scope, _ in answers],
                [key for _, key in answers],
                [status for status, _ in answers.values()],
                [body for _, body in answers.values()],
            )
        },
    )


def give_up(session: Session, claims: Collection[Claim]) -> None:
    """Nothing came of these: the same key may be used again."""
    driver.write(
        session,
        "DELETE FROM idempotency_keys k USING unnest(%(scopes)s::text[], %(keys)s::text[]) AS v(scope, key)"
        " WHERE k.scope = v.scope AND k.key = v.key",
        _arrays(list(claims)),
    )


def give_up_parked(session: Session, exception_ids: Collection[int]) -> None:
    """Nothing came of these exceptions: whoever was told to wait for one may send the order again."""
    session.execute(
        text(
            "DELETE FROM idempotency_keys k USING intake_exceptions e WHERE e.id = ANY(CAST(:ids AS bigint[]))"
            " AND k.created_at >= e.created_at AND k.answer->'exception_id' = to_jsonb(e.id)"
        ),
        {"ids": list(exception_ids)},
    )


def _read(session: Session, claims: Sequence[Claim]) -> dict[Claim, Taken]:
    rows = driver.fetch(
        session,
        "SELECT k.scope, k.key, k.request_hash, k.answer FROM idempotency_keys k"
        " JOIN unnest(%(scopes)s::text[], %(keys)s::text[]) AS v(scope, key) USING (scope, key)",
        _arrays(claims),
    )
    return {(row.scope, row.key): Taken(request_hash=row.request_hash, answer=row.answer) for row in rows}


def _arrays(claims: Sequence[Claim]) -> dict[str, str]:
    return {"scopes": array(scope for scope, _ in claims), "keys": array(key for _, key in claims)}
