"""What a scanned or typed code stands for at a person's sites: a bin, goods, a lot, a unit, a transfer, some work."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue import codes
from app.kernel import gs1
from app.kernel.errors import Invalid

MOST = 100
PART = re.compile(r"-[0-9]{1,4}$")  # behind an order's number: one site's part of it


@dataclass(frozen=True, kw_only=True)
class Lies:
    """Units of one SKU, lot and condition in one bin (``bin`` is empty for the dock and for totes)."""

    site: str
    bin: str
    sku: str
    name: str
    lot: str
    condition: str
    units: int
    expires_on: date | None


@dataclass(frozen=True, kw_only=True)
class BinFound:
    """A bin, or one of the same code at another of the person's sites."""

    id: int
    site_id: int
    site: str
    code: str
    zone: str
    kind: str
    capacity: int | None
    one_sku: bool
    one_lot: bool
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class Promises:
    """What of a SKU is promised at one site, and to how many orders; ``incoming`` units are on their way."""

    site_id: int
    site: str
    on_hand: int
    allocated: int
    reserved: int
    unavailable: int
    available: int
    orders: int
    incoming: int


@dataclass(frozen=True, kw_only=True)
class Goods:
    id: int
    sku: str
    name: str
    gtin: str | None
    promises: tuple[Promises, ...]


@dataclass(frozen=True, kw_only=True)
class LotFound:
    sku: str
    name: str
    lot: str
    expires_on: date | None
    remove_on: date | None
    received_on: date | None
    is_frozen: bool


@dataclass(frozen=True, kw_only=True)
class SerialFound:
    sku: str
    name: str
    code: str
    state: str
    site: str | None
    bin: str | None
    lot: str | None
    order_number: str | None


@dataclass(frozen=True, kw_only=True)
class WorkFound:
    """One site's work on an order."""

    code: str
    site: str
    state: str
    units: int


@dataclass(frozen=True, kw_only=True)
class Found:
    """Everything that has this code; ``lies`` is where it lies, or what lies there. ``wrong`` is why a label cannot be
    true."""

    code: str
    wrong: str = ""
    bins: tuple[BinFound, ...] = ()
    goods: Goods | None = None
    lots: tuple[LotFound, ...] = ()
    serials: tuple[SerialFound, ...] = ()
    work: tuple[WorkFound, ...] = ()
    transfers: tuple[str, ...] = ()
    lies: tuple[Lies, ...] = ()

    @property
    def is_known(self) -> bool:
        return bool(self.bins or self.goods or self.lots or self.serials or self.work or self.transfers)


def look_up(session: Session, code: str, site_ids: Collection[int]) -> Found:
    """The same few statements for any code. A carton's label leads to the item, the lot and the unit that it names."""
    try:
        label = gs1.read(code)
    except Invalid as error:
        return Found(code=code, wrong=error.failures[0][1])
    upper = code.upper()
    values: dict[str, Any] = {"code": code, "upper": upper, "sites": sorted(site_ids), "most": MOST}
    item, lot, serial = (label.gtin, label.lot, label.serial) if label else (code, code, code)
    values |= {"number": PART.sub("", upper), "is_label": label is not None}
    values |= {"lots": [lot, lot.upper()] if lot else [], "serials": [serial, serial.upper()] if serial else []}
    values["sku"] = codes.resolve(session, {item}).get(item, "") if item else ""
    bins = [BinFound(**row) for row in session.execute(text(BINS), values).mappings()]
    lots = [LotFound(**row) for row in session.execute(text(LOTS), values).mappings()]
    return Found(
        code=code,
        bins=tuple(bins),
        goods=_goods(session, values),
        lots=tuple(lots),
        serials=tuple(SerialFound(**row) for row in session.execute(text(SERIALS), values).mappings()),
        work=tuple(WorkFound(**row) for row in session.execute(text(WORK), values).mappings()),
        transfers=tuple(session.execute(text(TRANSFERS), values).scalars()),
        lies=tuple(_lies(session, values, [one.id for one in bins])),
    )


def _goods(session: Session, values: dict[str, Any]) -> Goods | None:
    head = session.execute(text(SKU), values).one_or_none()
    if head is None:
        return None
    promises = tuple(Promises(**row) for row in session.execute(text(PROMISES), values).mappings())
    return Goods(**head._mapping, promises=promises)


def _lies(session: Session, values: dict[str, Any], bin_ids: Sequence[int]) -> list[Lies]:
    rows = session.execute(text(LIES), {**values, "bins": list(bin_ids)}).mappings()
    return [Lies(**row) for row in rows]


THE_LOTS = "ANY(CAST(:lots AS text[]))"
OF_THE_ITEM = "AND (NOT :is_label OR :sku = '' OR s.code = :sku)"
HERE = "ANY(CAST(:sites AS bigint[]))"

BINS = f"""
SELECT b.id, b.site_id, w.code AS site, b.code, b.zone, b.kind, b.capacity, b.one_sku, b.one_lot, b.is_active
  FROM bins b JOIN sites w ON w.id = b.site_id WHERE b.site_id = {HERE} AND b.code = :upper ORDER BY w.code
"""
SKU = "SELECT id, code AS sku, name, gtin FROM skus WHERE code = :sku AND :sku <> ''"
PROMISES = f"""
SELECT w.id AS site_id, w.code AS site, l.on_hand, l.allocated, l.reserved, l.unavailable,
       greatest(0, l.on_hand - l.allocated - l.reserved - l.unavailable - l.safety_stock)::bigint AS available,
       (SELECT count(DISTINCT a.order_id) FROM allocations a WHERE a.stock_level_id = l.id) AS orders,
       (SELECT coalesce(sum(i.quantity), 0)::bigint FROM incoming i
         WHERE i.sku_id = l.sku_id AND i.site_id = l.site_id) AS incoming
  FROM stock_levels l JOIN sites w ON w.id = l.site_id JOIN skus s ON s.id = l.sku_id
 WHERE s.code = :sku AND l.site_id = {HERE} ORDER BY w.code
"""
LOTS = f"""
SELECT s.code AS sku, s.name, o.code AS lot, o.expires_on, o.remove_on, o.received_on,
       o.frozen_at IS NOT NULL AS is_frozen
  FROM lots o JOIN skus s ON s.id = o.sku_id WHERE o.code = {THE_LOTS} {OF_THE_ITEM} ORDER BY s.code LIMIT :most
"""
SERIALS = f"""
SELECT s.code AS sku, s.name, n.code, n.state, w.code AS site, b.code AS bin, o.code AS lot, d.number AS order_number
  FROM serials n JOIN skus s ON s.id = n.sku_id
  LEFT JOIN sites w ON w.id = n.site_id LEFT JOIN bins b ON b.id = n.bin_id
  LEFT JOIN lots o ON o.id = n.lot_id LEFT JOIN order_lines l ON l.id = n.order_line_id
  LEFT JOIN orders d ON d.id = l.order_id
 WHERE n.code = ANY(CAST(:serials AS text[])) {OF_THE_ITEM}
   AND (n.site_id IS NULL OR n.site_id = {HERE}) ORDER BY s.code LIMIT :most
"""
WORK = f"""
SELECT o.number || '-' || f.part AS code, w.code AS site, f.state,
       (SELECT coalesce(sum(l.quantity), 0)::bigint FROM fulfilment_lines l WHERE l.fulfilment_order_id = f.id) AS units
  FROM orders o JOIN fulfilment_orders f ON f.order_id = o.id JOIN sites w ON w.id = f.site_id
 WHERE o.number IN (:upper, :number) AND f.site_id = {HERE}
 ORDER BY f.id LIMIT :most
"""
TRANSFERS = f"""
SELECT number FROM transfers WHERE number = :upper AND (from_site_id = {HERE} OR to_site_id = {HERE})
"""
LIES = f"""
SELECT w.code AS site, coalesce(b.code, '') AS bin, s.code AS sku, s.name, coalesce(o.code, '') AS lot, p.condition,
       p.quantity AS units, o.expires_on
  FROM bin_stock p JOIN sites w ON w.id = p.site_id JOIN skus s ON s.id = p.sku_id LEFT JOIN bins b ON b.id = p.bin_id
  LEFT JOIN lots o ON o.id = p.lot_id
 WHERE p.quantity > 0 AND p.site_id = {HERE}
   AND (p.bin_id = ANY(CAST(:bins AS bigint[]))
        OR p.sku_id = (SELECT id FROM skus WHERE code = :sku AND :sku <> '')
           AND (NOT :is_label OR cardinality(CAST(:lots AS text[])) = 0 OR o.code = {THE_LOTS})
        OR p.lot_id IN (SELECT id FROM lots WHERE code = {THE_LOTS}) {OF_THE_ITEM})
 ORDER BY w.code, b.pick_sequence NULLS LAST, b.code, s.code, o.code, p.condition LIMIT :most
"""
