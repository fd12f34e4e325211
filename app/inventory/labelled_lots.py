"""Lots by the code on their label: found, and written down where they are new."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.inventory.models import Lot
from app.kernel import bulk
from app.kernel.errors import Invalid

LotKey = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class LabelledLot:
    """``expires_on`` is what the label says, if it says so; it may be sent until ``removal_days`` before that day."""

    sku_id: int
    code: str
    expires_on: date | None
    removal_days: int
    received_on: date

    @property
    def key(self) -> LotKey:
        return self.sku_id, self.code

    @property
    def remove_on(self) -> date | None:
        return None if self.expires_on is None else self.expires_on - timedelta(days=self.removal_days)


@dataclass(frozen=True, kw_only=True)
class KnownLot:
    id: int
    sku_id: int
    code: str
    expires_on: date | None
    remove_on: date | None
    frozen_at: datetime | None


def known_lots(session: Session, keys: Collection[LotKey]) -> dict[LotKey, KnownLot]:
    """By (SKU id, code); new ones are missing."""
    rows = bulk.pairs(session, LOTS, [sku for sku, _ in keys], [code for _, code in keys])
    return {(row.sku_id, row.code): _lot(row) for row in rows}


def open_lots(session: Session, lots: Sequence[LabelledLot]) -> dict[LotKey, KnownLot]:
    """Make those that are new, and write down days that were not known.

    Raises Invalid where a label contradicts what stands in the books.
    """
    if not lots:
        return {}
    wanted = {one.key: one for one in sorted(lots, key=lambda one: one.expires_on is not None)}
    rows = [
        {**{name: getattr(one, name) for name in WRITTEN}, "remove_on": one.remove_on}
        for _, one in sorted(wanted.items())
    ]
    bulk.insert(session, Lot, rows, suffix=LEARN)
    found = known_lots(session, wanted)
    wrong = [
        f"lot {one.code} expires on {found[one.key].expires_on} by our books, not on {one.expires_on}: read it again"
        for one in lots
        if one.expires_on and one.expires_on != found[one.key].expires_on
    ]
    if wrong:
        raise Invalid([("expires_on", why) for why in wrong])
    return found


def _lot(row: Any) -> KnownLot:
    return KnownLot(**row._asdict())


WRITTEN = ("sku_id", "code", "expires_on", "received_on")

LEARN = """
ON CONFLICT (sku_id, code) DO UPDATE
   SET expires_on = coalesce(lots.expires_on, excluded.expires_on),
       remove_on = CASE WHEN lots.expires_on IS NULL THEN excluded.remove_on ELSE lots.remove_on END,
       received_on = coalesce(lots.received_on, excluded.received_on)
 WHERE lots.expires_on IS NULL AND excluded.expires_on IS NOT NULL OR lots.received_on IS NULL
"""

LOTS = """
SELECT l.id, l.sku_id, l.code, l.expires_on, l.remove_on, l.frozen_at FROM lots l
  JOIN unnest(%(first)s::bigint[], %(second)s::text[]) AS k(sku_id, code) USING (sku_id, code)
"""
