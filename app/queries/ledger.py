"""Movements of all levels, newest first, with filters; never reads more than a fixed number for one page."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.heads import SETTLED
from app.kernel import clock
from app.kernel.errors import Invalid

PAGE = 50
MOST_READ = 20_000
REFERENCE = re.compile(r"([a-z_]{1,40}):([0-9]{1,18})")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Empty means any. ``reference`` is an order's number, or what the ledger writes, such as ``import:7``."""

    sku: str = ""
    site: str = ""
    bin: str = ""
    lot: str = ""
    reason: str = ""
    reference: str = ""
    actor: str = ""
    first: date | None = None
    last: date | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """``sequence`` is its number in the chain of its level, ``mark`` the beginning of its hash. What caused it is the
    order, purchase order, transfer or count of that number, where it was one of these.
    """

    id: int
    sequence: int
    sku: str
    site: str
    on_hand: int
    allocated: int
    reserved: int
    unavailable: int
    bin: str | None
    lot: str | None
    condition: str
    reason: str
    reference_type: str
    reference_id: int
    order_number: str | None
    purchase: str | None
    transfer: str | None
    count_number: str | None
    actor: str
    occurred_at: datetime
    mark: str


@dataclass(frozen=True, kw_only=True)
class LedgerPage:
    """``older`` is the id behind which to read on; ``looked_at`` is set where that many were read and few fitted."""

    rows: tuple[LedgerRow, ...]
    older: int | None
    looked_at: int = 0


def ledger(session: Session, asked: Asked, *, before: int | None = None) -> LedgerPage:
    """Raises Invalid for a reference that is none."""
    values = {**vars(asked), **_reference(session, asked.reference), "before": before, "limit": PAGE + 1}
    values |= {**_days(session, asked), "most": MOST_READ}
    found = session.execute(text(OF_SKU if asked.sku else OF_ALL), values).all()
    rows = tuple(LedgerRow(**{name: getattr(row, name) for name in LedgerRow.__dataclass_fields__}) for row in found)
    if len(rows) > PAGE:
        return LedgerPage(rows=rows[:PAGE], older=rows[PAGE - 1].id)
    reached = None if asked.sku else session.execute(text(REACHED), values).scalar_one_or_none()
    return LedgerPage(rows=rows, older=reached, looked_at=MOST_READ if reached else 0)


def reasons(session: Session) -> list[str]:
    """Those that the newest movements have."""
    return list(session.scalars(text(REASONS)))


def _reference(session: Session, given: str) -> dict[str, Any]:
    if not given:
        return {"kind": "", "ids": []}
    if found := REFERENCE.fullmatch(given):
        return {"kind": found[1], "ids": [int(found[2])]}
    lines = session.scalars(text(LINES), {"number": given}).all()
    if not lines:
        raise Invalid([("reference", f"{given[:40]!r} is no order: write its number, or a reference as import:7")])
    return {"kind": "order_line", "ids": list(lines)}


def _days(session: Session, asked: Asked) -> dict[str, Any]:
    """Moments, and ids between which they lie: ids are given in order of time, give or take a transaction's length."""
    since = clock.start_of_day(asked.first, asked.time_zone) if asked.first else None
    until = clock.start_of_day(asked.last + timedelta(days=1), asked.time_zone) if asked.last else None
    return {
        "since": since,
        "until": until,
        "first_id": id_at(session, since - SETTLED) if since else 0,
        "last_id": id_at(session, until + SETTLED) if until else None,
    }


def id_at(session: Session, moment: datetime) -> int:
    """The first id of a movement at or after that moment, by halves."""
    return int(session.execute(text(ID_AT), {"moment": moment}).scalar_one())


COLUMNS = """
SELECT m.id, m.sequence, s.code AS sku, t.code AS site, m.on_hand, m.allocated, m.reserved, m.unavailable,
       b.code AS bin, o.code AS lot, m.condition, m.reason, m.reference_type, m.reference_id, r.number AS order_number,
       po.number AS purchase, tr.number AS transfer, cn.number AS count_number,
       m.actor, m.occurred_at, encode(substring(m.chain FOR 4), 'hex') AS mark
"""
NAMES = """
  JOIN stock_levels l ON l.id = m.stock_level_id JOIN skus s ON s.id = l.sku_id JOIN sites t ON t.id = l.site_id
  LEFT JOIN bins b ON b.id = m.bin_id LEFT JOIN lots o ON o.id = m.lot_id
  LEFT JOIN order_lines ol ON m.reference_type = 'order_line' AND ol.id = m.reference_id
  LEFT JOIN orders r ON r.id = ol.order_id
  LEFT JOIN receipt_lines rl ON m.reference_type = 'receipt_line' AND rl.id = m.reference_id
  LEFT JOIN purchase_order_lines pl ON pl.id = rl.purchase_order_line_id
  LEFT JOIN purchase_orders po ON po.id = pl.purchase_order_id
  LEFT JOIN transfer_lines tl ON m.reference_type = 'transfer_line' AND tl.id = m.reference_id
  LEFT JOIN transfers tr ON tr.id = tl.transfer_id
  LEFT JOIN count_lines cl ON m.reference_type = 'count_line' AND cl.id = m.reference_id
  LEFT JOIN count_places cp ON cp.id = cl.place_id LEFT JOIN counts cn ON cn.id = cp.count_id
"""
OWN = """
    (:reason = '' OR m.reason = :reason) AND (:actor = '' OR m.actor = :actor)
    AND (:kind = '' OR m.reference_type = :kind AND m.reference_id = ANY(CAST(:ids AS bigint[])))
    AND (CAST(:since AS timestamptz) IS NULL OR m.occurred_at >= :since)
    AND (CAST(:until AS timestamptz) IS NULL OR m.occurred_at < :until)
"""
NAMED = """
    (:site = '' OR m.stock_level_id IN (
        SELECT id FROM stock_levels WHERE site_id = (SELECT id FROM sites WHERE code = :site)))
    AND (:bin = '' OR m.bin_id IN (SELECT id FROM bins WHERE code = :bin))
    AND (:lot = '' OR m.lot_id IN (SELECT id FROM lots WHERE code = :lot))
"""
WITHIN = """
    (CAST(:before AS bigint) IS NULL OR m.id < :before) AND m.id >= :first_id
    AND (CAST(:last_id AS bigint) IS NULL OR m.id < :last_id)
"""
OF_SKU = f"""
{COLUMNS} FROM (
    SELECT n.* FROM stock_levels v CROSS JOIN LATERAL (
           SELECT m.* FROM stock_movements m WHERE m.stock_level_id = v.id AND {WITHIN} AND {OWN} AND {NAMED}
            ORDER BY m.sequence DESC LIMIT :limit) n
     WHERE v.sku_id = (SELECT id FROM skus WHERE code = :sku) ORDER BY n.id DESC LIMIT :limit) m {NAMES}
 ORDER BY m.id DESC
"""
READ = f"SELECT m.* FROM stock_movements m WHERE {WITHIN} ORDER BY m.id DESC LIMIT :most"
OF_ALL = f"""
{COLUMNS} FROM (SELECT * FROM ({READ}) m WHERE {OWN} AND {NAMED} ORDER BY m.id DESC LIMIT :limit) m {NAMES}
 ORDER BY m.id DESC
"""
# Where very many were read and too few fitted: the id of the last, to look on from.
REACHED = f"SELECT m.id FROM stock_movements m WHERE {WITHIN} ORDER BY m.id DESC OFFSET :most - 1 LIMIT 1"
LINES = "SELECT l.id FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.number = :number"
REASONS = f"""
SELECT DISTINCT reason FROM (SELECT reason FROM stock_movements ORDER BY id DESC LIMIT {MOST_READ}) m ORDER BY 1
"""
ID_AT = """
WITH RECURSIVE halves AS (
    SELECT 0::bigint AS low, (SELECT coalesce(max(id), 0) + 1 FROM stock_movements) AS high
    UNION ALL
    SELECT CASE WHEN at < :moment THEN middle + 1 ELSE low END, CASE WHEN at < :moment THEN high ELSE middle END
      FROM (SELECT low, high, middle,
                   (SELECT occurred_at FROM stock_movements WHERE id >= middle ORDER BY id LIMIT 1) AS at
              FROM (SELECT low, high, (low + high) / 2 AS middle FROM halves WHERE low < high) h) looked)
SELECT low FROM halves WHERE low >= high
"""
