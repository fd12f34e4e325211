"""Who holds what until when, as pages and the API show it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, text
from sqlalchemy.orm import Session

from app.channels.models import Channel
from app.inventory.reservation_models import Reservation
from app.inventory.reservations import gone
from app.kernel import clock, paging
from app.kernel.errors import NotFound
from app.kernel.paging import Page
from app.queries import ended_reservations
from app.queries.ended_reservations import EndedRow

PAGE = 50
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
STATES: Mapping[str, str] = {"all": "All", "held": "Held", "expired": "Run out"}


@dataclass(frozen=True, kw_only=True)
class HeldLine:
    sku: str
    name: str
    site: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class ReservationRow:
    """``state`` is held, or expired: still there for its owner, and for anybody else who needs it."""

    id: int
    token: str
    channel: str
    channel_name: str
    owner: str
    kind: str
    expires_at: datetime
    was_extended: bool
    reserved_by: str
    created_at: datetime
    state: str
    lines: tuple[HeldLine, ...]

    @property
    def units(self) -> int:
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """``owner`` is the whole reference, or empty."""

    state: str = "all"
    channel: str = ""
    owner: str = ""


def listed(
    session: Session, filters: Filters, *, after: str | None, limit: int = PAGE, newest_first: bool = False
) -> Page[ReservationRow]:
    """In the order in which they were begun. Raises BadCursor."""
    cursor = paging.decode(after, [int])
    now = clock.now()
    statement = paging.seek(
        _matching(filters, now), [Reservation.id], cursor=cursor, limit=limit, descending=newest_first
    )
    rows = _with_lines(session, session.execute(statement).all(), now)
    return paging.page(rows, limit, key=lambda row: (row.id,), cursor=cursor)


def count(session: Session, filters: Filters) -> paging.Count:
    return paging.count(session, _matching(filters, clock.now()))


def get(session: Session, token: str) -> ReservationRow:
    """Raises NotFound for one that holds nothing any more, and says what became of it."""
    found = look_up(session, token)
    if isinstance(found, EndedRow):
        raise NotFound(found.words)
    return found


def look_up(session: Session, token: str) -> ReservationRow | EndedRow:
    """Raises NotFound for what could not be a token of ours, and for what ended too long ago."""
    statement = _reservations().where(Reservation.token == token)
    rows = session.execute(statement).all() if TOKEN.fullmatch(token) else []
    if rows:
        return _with_lines(session, rows, clock.now())[0]
    ended = ended_reservations.find(session, token) if TOKEN.fullmatch(token) else None
    if ended is None:
        raise gone()
    return ended


def _reservations() -> Select[Any]:
    columns: list[Any] = [
        Reservation.id,
        Reservation.token,
        Channel.code.label("channel"),
        Channel.name.label("channel_name"),
        Reservation.owner,
        Reservation.kind,
        Reservation.expires_at,
        Reservation.was_extended,
        Reservation.reserved_by,
        Reservation.created_at,
    ]
    return select(*columns).join(Channel, Channel.id == Reservation.channel_id)


def _matching(filters: Filters, now: datetime) -> Select[Any]:
    statement = _reservations()
    if filters.state == "held":
        statement = statement.where(Reservation.expires_at > now)
    if filters.state == "expired":
        statement = statement.where(Reservation.expires_at <= now)
    if filters.channel:
        statement = statement.where(Channel.code == filters.channel)
    if filters.owner:
        statement = statement.where(Reservation.owner == filters.owner)
    return statement


def _with_lines(session: Session, rows: Sequence[Row[Any]], now: datetime) -> list[ReservationRow]:
    lines: dict[int, list[HeldLine]] = {row.id: [] for row in rows}
    for line in session.execute(text(LINES), {"ids": list(lines)}):
        held = HeldLine(sku=line.sku, name=line.name, site=line.site, quantity=line.quantity)
        lines[line.reservation_id].append(held)
    return [
        ReservationRow(**row._mapping, state="held" if row.expires_at > now else "expired", lines=tuple(lines[row.id]))
        for row in rows
    ]


LINES = """
SELECT l.reservation_id, k.code AS sku, k.name, t.code AS site, l.quantity
  FROM reservation_lines l JOIN stock_levels v ON v.id = l.stock_level_id
  JOIN skus k ON k.id = v.sku_id JOIN sites t ON t.id = v.site_id
 WHERE l.reservation_id = ANY(CAST(:ids AS bigint[])) ORDER BY l.reservation_id, k.code, t.priority, t.code
"""
