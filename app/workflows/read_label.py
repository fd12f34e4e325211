"""What a picker scans: an item, a carton label, the number of one unit, or the bin or lot that is meant."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue import codes
from app.kernel import gs1
from app.kernel.errors import Invalid
from app.kernel.gs1 import Label


@dataclass(frozen=True, kw_only=True)
class Reading:
    """``sku`` is empty where only a place was named; a code that we do not know stands as the SKU, to be refused."""

    sku: str = ""
    bin: str = ""
    lot: str = ""
    serial: str = ""

    @property
    def is_place(self) -> bool:
        return not self.sku and bool(self.bin or self.lot)


def read_label(session: Session, code: str, *, site_id: int, skus: Collection[str]) -> Reading:
    """``skus`` are those that may be meant by a number or a lot. Raises Invalid where a label contradicts the books."""
    label = gs1.read(code)
    if label is not None:
        return _labelled(session, label, code, skus)
    if found := codes.resolve(session, {code}).get(code):
        return Reading(sku=found)
    row = session.execute(text(NAMED), {"code": code, "site": site_id, "skus": sorted(skus)}).first()
    return Reading(sku=code) if row is None else Reading(sku=row.sku, bin=row.bin, lot=row.lot, serial=row.serial)


def _labelled(session: Session, label: Label, code: str, skus: Collection[str]) -> Reading:
    sku = codes.resolve(session, {label.gtin}).get(label.gtin, code) if label.gtin else ""
    if not label.gtin and not label.lot:
        raise Invalid([("code", "this label does not say which item it is: scan the item itself")])
    if not sku and not session.execute(text(ANY_LOT), {"lot": label.lot, "skus": sorted(skus)}).scalar_one():
        raise Invalid([("code", f"nothing that is asked for here has a lot “{label.lot}”: scan the item itself")])
    known: Any = session.execute(text(LOT), {"sku": sku, "lot": label.lot}).first() if sku and label.lot else None
    if known is not None and not known.is_ours and known.tracking != "lot":
        return Reading(sku=sku, serial=label.serial)  # a supplier's lot, of goods that we do not follow by lot
    if known is not None and label.expires_on and known.expires_on and known.expires_on != label.expires_on:
        said = f"the label says {label.expires_on}, our books say {known.expires_on}"
        raise Invalid([("code", f"lot {label.lot} of {sku}: {said}: set it aside and report it")])
    return Reading(sku=sku, lot=label.lot, serial=label.serial)


NAMED = """
SELECT * FROM (
    SELECT s.code AS sku, '' AS bin, '' AS lot, n.code AS serial, 1 AS turn
      FROM serials n JOIN skus s ON s.id = n.sku_id
     WHERE n.code = :code AND s.code = ANY(CAST(:skus AS text[]))
    UNION ALL SELECT '', code, '', '', 2 FROM bins WHERE site_id = :site AND upper(code) = upper(:code)
    UNION ALL SELECT '', '', t.code, '', 3 FROM lots t JOIN skus s ON s.id = t.sku_id
     WHERE t.code = :code AND s.code = ANY(CAST(:skus AS text[]))
) AS found ORDER BY turn LIMIT 1
"""

ANY_LOT = """
SELECT EXISTS (SELECT 1 FROM lots t JOIN skus s ON s.id = t.sku_id
                WHERE t.code = :lot AND s.code = ANY(CAST(:skus AS text[])))
"""

LOT = """
SELECT s.tracking, t.expires_on, t.id IS NOT NULL AS is_ours
  FROM skus s LEFT JOIN lots t ON t.sku_id = s.id AND t.code = :lot WHERE s.code = :sku
"""
