"""What the pages and the doctor say of channels that are told our stock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select, text
from sqlalchemy.orm import Session

from app.catalogue.models import Sku
from app.channels.models import StockOffer
from app.kernel import paging
from app.kernel.errors import NotFound
from app.kernel.paging import Page

PAGE = 50
STATES = {"all": "All", "waiting": "Waiting", "refused": "Refused"}


@dataclass(frozen=True, kw_only=True)
class ChannelStock:
    """``waiting`` SKUs changed since the channel was told of them, the first at ``oldest``; ``renewing`` are still to
    be told again. ``delivery`` is the state of the one delivery that stands for the channel, empty without one."""

    channel_id: int
    code: str
    name: str
    is_set: bool
    is_on: bool
    address: str
    most: int | None
    held_back: int
    succeeded_at: datetime | None
    failing_since: datetime | None
    last_error: str
    delivery: str
    retry_at: datetime | None
    waiting: int
    oldest: datetime | None
    refused: int
    renewing: int
    renewal_total: int

    @property
    def state(self) -> str:
        """One of off, stopped (a person must act), failing, waiting, ok."""
        if not self.is_on:
            return "off"
        if self.delivery in {"dead", "uncertain"}:
            return "stopped"
        if self.failing_since:
            return "failing"
        return "waiting" if self.waiting or self.renewing else "ok"

    @property
    def renewed(self) -> int:
        return max(0, self.renewal_total - self.renewing)


def channel_stock(session: Session, code: str) -> ChannelStock:
    """Raises NotFound."""
    found = _read(session, "c.code = :code", {"code": code})
    if not found:
        raise NotFound(f"there is no channel {code!r}")
    return found[0]


def told_channels(session: Session) -> Sequence[ChannelStock]:
    """Those that are switched on, by code."""
    return _read(session, "p.is_on", {})


def offers(session: Session, channel_id: int, *, q: str, state: str, cursor: str | None) -> Page[Row[Any]]:
    """By SKU. ``q`` finds parts of code and name, letter by letter."""
    at = paging.decode(cursor, [str])
    statement = paging.seek(_matching(channel_id, q, state), [Sku.code], cursor=at, limit=PAGE, descending=False)
    return paging.page(session.execute(statement).all(), PAGE, key=lambda row: (row.code,), cursor=at)


def count(session: Session, channel_id: int, *, q: str, state: str) -> paging.Count:
    return paging.count(session, _matching(channel_id, q, state))


def _matching(channel_id: int, q: str, state: str) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [StockOffer.channel_id == channel_id]
    if state == "waiting":
        conditions.append(StockOffer.changed_at.is_not(None))
    if state == "refused":
        conditions.append(StockOffer.refusal != "")
    for word in q.split():
        conditions.append(or_(Sku.code.icontains(word, autoescape=True), Sku.name.icontains(word, autoescape=True)))
    told = (StockOffer.units, StockOffer.backorders, StockOffer.published_at, StockOffer.changed_at, StockOffer.refusal)
    columns: tuple[Any, ...] = (Sku.code, Sku.name, *told)
    return select(*columns).join(Sku, Sku.id == StockOffer.sku_id).where(and_(*conditions))


def _read(session: Session, condition: str, values: dict[str, str]) -> list[ChannelStock]:
    rows = session.execute(text(READ.format(condition=condition)), values).mappings()
    return [ChannelStock(**row) for row in rows]


READ = """
SELECT c.id AS channel_id, c.code, c.name, p.channel_id IS NOT NULL AS is_set, coalesce(p.is_on, false) AS is_on,
       coalesce(p.address, '') AS address, p.most, coalesce(p.held_back, 0) AS held_back, p.succeeded_at,
       p.failing_since, coalesce(p.last_error, '') AS last_error, coalesce(d.state, '') AS delivery,
       d.run_at AS retry_at, w.waiting, w.oldest, w.renewing, coalesce(p.renewal_total, 0) AS renewal_total,
       (SELECT count(*) FROM stock_offers o WHERE o.channel_id = c.id AND o.refusal <> '') AS refused
  FROM channels c
  LEFT JOIN stock_publications p ON p.channel_id = c.id
  LEFT JOIN deliveries d ON d.key = 'stock:' || p.channel_id || ':' || p.round
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE NOT is_forced OR units IS NULL) AS waiting,
              min(changed_at) FILTER (WHERE NOT is_forced OR units IS NULL) AS oldest,
              count(*) FILTER (WHERE is_forced) AS renewing
         FROM stock_offers o WHERE o.channel_id = c.id AND o.changed_at IS NOT NULL) w
 WHERE {condition} ORDER BY c.code
"""
