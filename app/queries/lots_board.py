"""All lots, soonest to expire first, with what is left of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock, paging
from app.kernel.paging import Page
from app.queries import patterns

PAGE = 50
STATES: Mapping[str, str] = {"stock": "In stock", "all": "All", "frozen": "Frozen", "expired": "Expired"}
SOON: Mapping[int, str] = {0: "Any day", 7: "7 days", 30: "30 days", 90: "90 days", 180: "180 days"}
NEVER = date(9999, 12, 31)


@dataclass(frozen=True, kw_only=True)
class LotRow:
    """``good`` may be sold, ``unsold`` lies there in another condition."""

    id: int
    code: str
    sku: str
    name: str
    expires_on: date | None
    remove_on: date | None
    received_on: date | None
    is_frozen: bool
    good: int
    unsold: int
    sort_on: date

    @property
    def days_left(self) -> int | None:
        return None if self.expires_on is None else (self.expires_on - clock.now().date()).days

    @property
    def state(self) -> tuple[str, str]:
        """Code and words of its mark."""
        today = clock.now().date()
        if self.is_frozen:
            return "backordered", "Frozen"
        if self.expires_on is not None and self.expires_on < today:
            return "void", "Expired"
        if self.remove_on is not None and self.remove_on <= today:
            return "low", "Not sent any more"
        if not self.good + self.unsold:
            return "void", "Gone"
        return "ok", "In stock"


def lots_board(
    session: Session, *, q: str = "", state: str = "stock", within: int = 0, cursor: str | None = None
) -> Page[LotRow]:
    """``q`` finds parts of lot code, SKU code and name; ``within`` are days until it expires, 0 for any."""
    at = paging.decode(cursor, [str, int])
    backwards = at is not None and at.backwards
    today = clock.now().date()
    values: dict[str, Any] = {
        "words": [patterns.anywhere(word) for word in q.split()],
        "state": state,
        "today": today,
        "until": today + timedelta(days=within) if within else NEVER,
        "is_any": not within,
        "day": at.values[0] if at else None,
        "id": at.values[1] if at else None,
        "limit": PAGE + 1,
    }
    statement = BOARD.format(compare="<" if backwards else ">", order="DESC" if backwards else "ASC")
    rows = [LotRow(**row) for row in session.execute(text(statement), values).mappings()]
    return paging.page(rows, PAGE, key=lambda row: (row.sort_on.isoformat(), row.id), cursor=at)


BOARD = """
WITH kept AS (
    SELECT t.id, t.code, s.code AS sku, s.name, t.expires_on, t.remove_on, t.received_on,
           t.frozen_at IS NOT NULL AS is_frozen, coalesce(b.good, 0)::bigint AS good,
           coalesce(b.unsold, 0)::bigint AS unsold, coalesce(t.expires_on, DATE '9999-12-31') AS sort_on
      FROM lots t JOIN skus s ON s.id = t.sku_id
      LEFT JOIN LATERAL (SELECT sum(quantity) FILTER (WHERE condition = 'good') AS good,
                                sum(quantity) FILTER (WHERE condition <> 'good') AS unsold
                           FROM bin_stock WHERE lot_id = t.id) b ON true
     WHERE (t.code || ' ' || s.code || ' ' || s.name) ILIKE ALL (CAST(:words AS text[]))
       AND (CAST(:is_any AS boolean) OR t.expires_on <= :until))
SELECT * FROM kept
 WHERE (:state = 'all' OR (:state = 'stock' AND good + unsold > 0) OR (:state = 'frozen' AND is_frozen)
        OR (:state = 'expired' AND expires_on < :today AND good + unsold > 0))
   AND (CAST(:day AS date) IS NULL OR (sort_on, id) {compare} (CAST(:day AS date), CAST(:id AS bigint)))
 ORDER BY sort_on {order}, id {order} LIMIT :limit
"""
