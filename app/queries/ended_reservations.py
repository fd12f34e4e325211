"""What became of carts and quotes that hold nothing any more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

MOST = 50
REMEDIES: Mapping[str, str] = {
    "ordered": "this {kind} was ordered as {order_number}: look at that order",
    "released": "this {kind} was given up: reserve again, or order without it",
    "expired": "this {kind} ran out and its units are free: reserve again, or order without it",
    "lost": "what this {kind} held turned out to be missing: reserve again, or order without it",
}


@dataclass(frozen=True, kw_only=True)
class EndedRow:
    """``state`` is one of the outcomes; ``order_number`` is empty unless an order took the units over."""

    token: str
    channel: str
    channel_name: str
    owner: str
    kind: str
    state: str
    order_number: str
    expires_at: datetime
    was_extended: bool
    reserved_by: str
    created_at: datetime
    ended_at: datetime

    @property
    def words(self) -> str:
        return REMEDIES[self.state].format(kind=self.kind, order_number=self.order_number)


def find(session: Session, token: str) -> EndedRow | None:
    row = session.execute(text(f"{ENDED} WHERE e.token = :token"), {"token": token}).one_or_none()
    return EndedRow(**row._mapping) if row else None


def of_owner(session: Session, owner: str) -> list[EndedRow]:
    """The latest first, at most ``MOST``; ``owner`` is the whole reference."""
    values = {"owner": owner, "most": MOST}
    rows = session.execute(text(f"{ENDED} {OF_OWNER}"), values)
    return [EndedRow(**row._mapping) for row in rows]


ENDED = """
SELECT e.token, c.code AS channel, c.name AS channel_name, e.owner, e.kind, e.outcome AS state,
       coalesce(o.number, '') AS order_number, e.expires_at, e.was_extended, e.reserved_by, e.created_at, e.ended_at
  FROM ended_reservations e JOIN channels c ON c.id = e.channel_id LEFT JOIN orders o ON o.id = e.order_id
"""
OF_OWNER = "WHERE e.owner = :owner ORDER BY e.ended_at DESC, e.id DESC LIMIT :most"
