"""What labels are printed for: goods that came in, a SKU or a lot of it, named units, or bins."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue import codes
from app.documents.labels import BinLabel, GoodsLabel
from app.kernel.errors import Invalid, NotFound

MOST = 1_000


@dataclass(frozen=True, kw_only=True)
class Source:
    """One of these: a receipt, or the numbers that it or all receipts of a purchase order's line named; a SKU, with a
    lot or numbers of it; a site's bin, or a zone of it (None: all bins).

    ``site_ids`` are those of the person who prints.
    """

    site_ids: Collection[int]
    receipt_id: int | None = None
    line_id: int | None = None
    by_number: bool = False
    sku: str = ""
    lot: str = ""
    numbers: tuple[str, ...] = ()
    site: str = ""
    bin: str = ""
    zone: str | None = None


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A label, and how many units it stands for; 0 where nobody said."""

    label: GoodsLabel | BinLabel
    units: int = 0


def load_labels(session: Session, source: Source) -> list[Stack]:
    """Raises NotFound for what is not there, or at another's site."""
    if source.by_number:
        return _of_numbers_received(session, source)
    if source.receipt_id is not None:
        return _of_receipt(session, source)
    if source.site:
        return _of_bins(session, source)
    return _of_sku(session, source)


def spread(stacks: Sequence[Stack], *, per: int, copies: int) -> list[GoodsLabel | BinLabel]:
    """So many labels that each stands for ``per`` units and the last for the rest; 0: one label for all of them."""
    count = sum(copies * max(1, -(-stack.units // per) if per else 1) for stack in stacks)
    if count > MOST:
        raise Invalid([("copies", f"that would be {count:,} labels: print at most {MOST:,} at once")])
    return [label for stack in stacks for label in _spread(stack, per) for _ in range(copies)]


def _spread(stack: Stack, per: int) -> Iterator[GoodsLabel | BinLabel]:
    if isinstance(stack.label, BinLabel):
        yield stack.label
    elif not per or not stack.units:
        yield replace(stack.label, quantity=stack.units or per)
    else:
        for start in range(0, stack.units, per):
            yield replace(stack.label, quantity=min(per, stack.units - start))


def _of_receipt(session: Session, source: Source) -> list[Stack]:
    rows = session.execute(text(RECEIPT), {"id": source.receipt_id, "sites": sorted(source.site_ids)}).all()
    if not rows:
        raise NotFound("there is no such receipt at your sites")
    return [Stack(label=GoodsLabel(**{name: getattr(row, name) for name in GOODS}), units=row.units) for row in rows]


def _of_numbers_received(session: Session, source: Source) -> list[Stack]:
    values = {"receipt": source.receipt_id, "line": source.line_id, "sites": sorted(source.site_ids)}
    rows = session.execute(text(NUMBERS_RECEIVED), values).mappings().all()
    if not rows:
        raise NotFound("no numbers stand on this receipt, it was taken back, or it is not at your sites")
    return [Stack(label=GoodsLabel(**row)) for row in rows]


def _of_sku(session: Session, source: Source) -> list[Stack]:
    code = codes.resolve(session, {source.sku}).get(source.sku, "") if source.sku else ""
    row = session.execute(text(SKU), {"sku": code, "lot": source.lot}).one_or_none()
    if row is None:
        raise NotFound(f"there is no SKU {source.sku[:40]!r}")
    if source.lot and not row.lot:
        raise NotFound(f"{code} has no lot {source.lot[:40]!r}")
    label = GoodsLabel(**{name: getattr(row, name) for name in GOODS})
    if not source.numbers:
        return [Stack(label=label)]
    known = session.execute(text(NUMBERS), {"sku": code, "numbers": list(source.numbers)}).scalars().all()
    if missing := [one for one in source.numbers if one not in set(known)]:
        raise NotFound(f"{code} has no number {missing[0][:40]!r}")
    return [Stack(label=replace(label, serial=one)) for one in source.numbers]


def _of_bins(session: Session, source: Source) -> list[Stack]:
    values = {"site": source.site, "bin": source.bin, "zone": source.zone, "sites": sorted(source.site_ids)}
    rows = session.execute(text(BINS), {**values, "most": MOST}).all()
    if not rows:
        raise NotFound("there is no such bin at your sites")
    return [Stack(label=BinLabel(code=row.code, site=row.site, zone=row.zone)) for row in rows]


GOODS = ("sku", "name", "gtin", "lot", "expires_on")

# What was taken back is not labelled.
RECEIPT = """
SELECT l.sku_code AS sku, l.name, coalesce(s.gtin, '') AS gtin, coalesce(t.code, '') AS lot, t.expires_on,
       sum(x.quantity)::bigint AS units
  FROM receipts r JOIN receipt_lines x ON x.receipt_id = r.id JOIN purchase_order_lines l
    ON l.id = x.purchase_order_line_id JOIN purchase_orders o ON o.id = r.purchase_order_id
  JOIN skus s ON s.id = l.sku_id LEFT JOIN lots t ON t.id = x.lot_id
 WHERE r.id = :id AND o.site_id = ANY(CAST(:sites AS bigint[])) AND x.quantity > 0
 GROUP BY l.id, s.id, t.id ORDER BY l.position, t.code
"""

# In the order in which they were named. What was taken back is not labelled.
NUMBERS_RECEIVED = """
SELECT l.sku_code AS sku, l.name, coalesce(s.gtin, '') AS gtin, coalesce(t.code, '') AS lot, t.expires_on,
       n.code AS serial
  FROM receipts r JOIN receipt_lines x ON x.receipt_id = r.id JOIN purchase_order_lines l
    ON l.id = x.purchase_order_line_id JOIN purchase_orders o ON o.id = r.purchase_order_id
  JOIN serial_moves m ON m.reference_type = 'receipt_line' AND m.reference_id = x.id
  JOIN serials n ON n.id = m.serial_id JOIN skus s ON s.id = n.sku_id LEFT JOIN lots t ON t.id = x.lot_id
 WHERE (r.id = :receipt OR x.purchase_order_line_id = :line) AND o.site_id = ANY(CAST(:sites AS bigint[]))
   AND x.quantity > 0 AND NOT EXISTS (SELECT FROM receipts u WHERE u.undoes_id = r.id)
 ORDER BY x.id, m.id
"""

SKU = """
SELECT s.code AS sku, s.name, coalesce(s.gtin, '') AS gtin, coalesce(t.code, '') AS lot, t.expires_on
  FROM skus s LEFT JOIN lots t ON t.sku_id = s.id AND t.code = :lot WHERE s.code = :sku
"""

NUMBERS = """
SELECT n.code FROM serials n JOIN skus s ON s.id = n.sku_id WHERE s.code = :sku
   AND n.code = ANY(CAST(:numbers AS text[]))
"""

BINS = """
SELECT b.code, b.zone, w.code AS site FROM bins b JOIN sites w ON w.id = b.site_id
 WHERE w.code = :site AND w.id = ANY(CAST(:sites AS bigint[]))
   AND CASE WHEN :bin <> '' THEN b.code = :bin
            ELSE b.is_active AND (CAST(:zone AS text) IS NULL OR b.zone = :zone) END
 ORDER BY b.zone, b.pick_sequence, b.code LIMIT :most
"""
