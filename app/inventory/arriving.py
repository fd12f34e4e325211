"""Where arriving goods are put down, and the lots they bring."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.inventory.models import Lot
from app.kernel import bulk
from app.kernel.errors import Invalid


@dataclass(frozen=True, kw_only=True)
class ArrivingLot:
    """``expires_on`` is what the label says, if it says so; it may be sent until ``removal_days`` before that day."""

    sku_id: int
    code: str
    expires_on: date | None
    removal_days: int
    received_on: date

    @property
    def key(self) -> tuple[int, str]:
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


def known_lots(session: Session, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], KnownLot]:
    """By (SKU id, code); new ones are missing."""
    rows = bulk.pairs(session, LOTS, [sku for sku, _ in keys], [code for _, code in keys])
    return {(row.sku_id, row.code): _lot(row) for row in rows}


def open_lots(session: Session, lots: Sequence[ArrivingLot]) -> dict[tuple[int, str], KnownLot]:
    """Make those that are new, and write down days that were not known; their levels are locked.

    Raises Invalid where a label contradicts what stands in the books.
    """
    if not lots:
        return {}
    wanted = {one.key: one for one in lots}
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


def put_down(session: Session, asked: Collection[tuple[int, str]]) -> dict[tuple[int, str], int | None]:
    """Bin id by (site id, code); for an empty code the site's first receiving bin, None where it has none.

    Raises Invalid for a bin that the site does not have.
    """
    rows = bulk.pairs(session, BINS, [site for site, _ in asked], [code for _, code in asked])
    found = {(row.site_id, row.code): row.id for row in rows}
    if missing := sorted(code for (_, code), id in found.items() if code and id is None):
        raise Invalid([("bin", f"there is no bin {missing[0]} at this site: scan another")])
    return found


def is_bin(session: Session, site_id: int, code: str) -> bool:
    """Whether goods can be put down there."""
    [row] = bulk.pairs(session, BINS, [site_id], [code])
    return bool(code) and row.id is not None


def _lot(row: Any) -> KnownLot:
    return KnownLot(**row._asdict())


WRITTEN = ("sku_id", "code", "expires_on", "received_on")

LEARN = """
ON CONFLICT (sku_id, code) DO UPDATE SET expires_on = excluded.expires_on, remove_on = excluded.remove_on
 WHERE lots.expires_on IS NULL AND excluded.expires_on IS NOT NULL
"""

LOTS = """
SELECT l.id, l.sku_id, l.code, l.expires_on, l.remove_on, l.frozen_at FROM lots l
  JOIN unnest(%(first)s::bigint[], %(second)s::text[]) AS k(sku_id, code) USING (sku_id, code)
"""

BINS = """
SELECT k.site_id, k.code, b.id FROM unnest(%(first)s::bigint[], %(second)s::text[]) AS k(site_id, code)
  LEFT JOIN LATERAL (SELECT id FROM bins WHERE bins.site_id = k.site_id AND bins.is_active
                        AND CASE WHEN k.code = '' THEN bins.kind = 'receiving' ELSE bins.code = k.code END
                      ORDER BY pick_sequence, code LIMIT 1) b ON true
"""
