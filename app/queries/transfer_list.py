"""Transfers, newest first or oldest first, by where they go and how far they are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, text, true
from sqlalchemy.orm import Session, aliased

from app.inventory.models import Site
from app.kernel import paging
from app.kernel.paging import Page
from app.transfers.models import Transfer, TransferLine
from app.transfers.states import ON_THE_WAY, OPEN, OVER, TransferState

PAGE = 50
COUNTERS = ("asked", "sent", "arrived", "lost", "returned", "in_transit", "found")


@dataclass(frozen=True)
class View:
    """``states`` of the transfers, and at which end one looks: from, to, or either."""

    label: str
    states: frozenset[TransferState]
    end: str = "either"
    is_late: bool = False


EVERY = frozenset(TransferState)
DESK_VIEWS: Mapping[str, View] = {
    "open": View("Open", OPEN),
    "way": View("On the way", ON_THE_WAY),
    "late": View("Late", ON_THE_WAY, is_late=True),
    "loss": View("With loss", frozenset({TransferState.CLOSED_WITH_LOSS})),
    "over": View("Over", OVER),
    "all": View("All", EVERY),
}
FLOOR_VIEWS: Mapping[str, View] = {
    "receive": View("To receive", ON_THE_WAY, "to"),
    "send": View("To send", frozenset({TransferState.DRAFT}), "from"),
    "gone": View("On the way from here", ON_THE_WAY, "from"),
    "over": View("Over", OVER),
}


@dataclass(frozen=True, kw_only=True)
class TransferSummary:
    """Units are sums over all lines."""

    id: int
    number: str
    from_site: str
    to_site: str
    state: str
    expected_on: date
    created_at: datetime
    sent_at: datetime | None
    closed_at: datetime | None
    lines: int
    asked: int
    sent: int
    arrived: int
    lost: int
    returned: int
    in_transit: int
    found: int

    def is_late(self, today: date) -> bool:
        return self.state in ON_THE_WAY and self.expected_on < today


def transfer_list(
    session: Session, view: View, *, sites: Collection[int] | None, after: str | None = None, today: date
) -> Page[TransferSummary]:
    """One page, newest first; ``sites`` are those of the person, None for all. Raises BadCursor."""
    cursor = paging.decode(after, [int])
    wanted = [_at(view.end, sites), Transfer.state.in_([state.value for state in view.states])]
    if view.is_late:
        wanted.append(Transfer.expected_on < today)
    statement = _rows().where(*wanted)
    rows = session.execute(paging.seek(statement, [Transfer.id], cursor=cursor, limit=PAGE)).all()
    return paging.page([_summary(row) for row in rows], PAGE, key=lambda row: (row.id,), cursor=cursor)


def transfer_feed(
    session: Session, *, after: str | None, limit: int, state: str = "", ends: tuple[str, str] = ("", "")
) -> Page[TransferSummary]:
    """One page, oldest first, for programs that read on from where they stopped. Raises BadCursor.

    ``ends`` are the codes of the sites that it leaves and goes to; nothing stands for any.
    """
    cursor = paging.decode(after, [int])
    statement = _rows()
    if state:
        statement = statement.where(Transfer.state == state)
    for column, code in zip((Transfer.from_site_id, Transfer.to_site_id), ends, strict=True):
        if code:
            statement = statement.where(column == select(Site.id).where(Site.code == code).scalar_subquery())
    rows = session.execute(paging.seek(statement, [Transfer.id], cursor=cursor, limit=limit, descending=False)).all()
    return paging.page([_summary(row) for row in rows], limit, key=lambda row: (row.id,), cursor=cursor)


def counts(session: Session, sites: Collection[int]) -> dict[str, int]:
    """How many transfers each open view of the floor has at these sites."""
    row = session.execute(text(COUNTS), {"sites": sorted(sites)}).one()
    return dict(row._mapping)


def _at(end: str, sites: Collection[int] | None) -> ColumnElement[bool]:
    if sites is None:
        return true()
    here = sorted(sites)
    starts, ends = Transfer.from_site_id.in_(here), Transfer.to_site_id.in_(here)
    return {"from": starts, "to": ends, "either": or_(starts, ends)}[end]


def _rows() -> Any:
    source, target = aliased(Site), aliased(Site)
    sums = (
        select(
            func.count(case((TransferLine.asked > 0, 1))).label("lines"),
            *(func.coalesce(func.sum(getattr(TransferLine, name)), 0).label(name) for name in COUNTERS),
        )
        .where(TransferLine.transfer_id == Transfer.id)
        .lateral("sums")
    )
    heads = (Transfer.state, Transfer.expected_on, Transfer.created_at, Transfer.sent_at, Transfer.closed_at)
    return (
        select(
            Transfer.id,
            Transfer.number,
            source.code.label("from_site"),
            target.code.label("to_site"),
            *heads,
            *(sums.c[name] for name in ("lines", *COUNTERS)),
        )
        .join(source, source.id == Transfer.from_site_id)
        .join(target, target.id == Transfer.to_site_id)
        .join(sums, true())
    )


def _summary(row: Any) -> TransferSummary:
    values = dict(row._mapping)
    return TransferSummary(**{**values, **{name: int(values[name]) for name in ("lines", *COUNTERS)}})


COUNTS = """
SELECT count(*) FILTER (WHERE state <> 'draft' AND to_site_id = ANY(CAST(:sites AS bigint[]))) AS receive,
       count(*) FILTER (WHERE state = 'draft' AND from_site_id = ANY(CAST(:sites AS bigint[]))) AS send,
       count(*) FILTER (WHERE state <> 'draft' AND from_site_id = ANY(CAST(:sites AS bigint[]))) AS gone
  FROM transfers WHERE state IN ('draft', 'sent', 'partly_arrived')
"""
