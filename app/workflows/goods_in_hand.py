"""What somebody holds before a scanner away from any pick list, as goods of ours at their site."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue import codes
from app.kernel import gs1
from app.kernel.errors import Invalid


@dataclass(frozen=True, kw_only=True)
class Goods:
    """``lot`` and ``serial`` as the label says them; empty where it does not."""

    sku_id: int
    sku: str
    name: str
    tracking: str
    lot: str = ""
    serial: str = ""


def goods_in_hand(session: Session, scanned: Sequence[tuple[int, str]]) -> list[Goods]:
    """By site and code: a SKU code, a GTIN, a GS1 label, or the number of a unit that lies there. Raises Invalid."""
    labels = {code: gs1.read(code) for _, code in scanned}
    plain = {code: label.gtin if label and label.gtin else code for code, label in labels.items()}
    known = codes.resolve(session, set(plain.values()))
    rows = session.execute(
        text(GOODS),
        {
            "sites": [site for site, _ in scanned],
            "codes": [known.get(plain[code], "") for _, code in scanned],
            "numbers": [code if plain[code] not in known else "" for _, code in scanned],
        },
    ).all()
    if len(rows) < len(scanned):
        raise Invalid([("code", "this is no SKU, GTIN or number of ours at this site: scan the item itself")])
    return [
        Goods(
            sku_id=row.sku_id,
            sku=row.sku,
            name=row.name,
            tracking=row.tracking,
            lot=label.lot if label else "",
            serial=(label.serial if label else "") or row.serial,
        )
        for row, label in zip(rows, (labels[code] for _, code in scanned), strict=True)
    ]


GOODS = """
SELECT k.id AS sku_id, k.code AS sku, k.name, k.tracking, coalesce(n.code, '') AS serial
  FROM unnest(CAST(:sites AS bigint[]), CAST(:codes AS text[]), CAST(:numbers AS text[])) WITH ORDINALITY
       AS v(site_id, code, number, turn)
  LEFT JOIN LATERAL (SELECT s.code, s.sku_id FROM serials s
                      WHERE s.code = v.number AND s.site_id = v.site_id ORDER BY s.id LIMIT 1) n ON v.number <> ''
  JOIN skus k ON k.code = v.code OR k.id = n.sku_id ORDER BY v.turn
"""
