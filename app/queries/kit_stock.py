"""What a kit is made of, and how many of it each site and all sites together are enough for."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Part:
    """``available`` units over all open sites, ``by_site`` at each, in the order of the kit's sites."""

    code: str
    name: str
    quantity: int
    available: int
    by_site: tuple[int, ...]

    @property
    def kits(self) -> int:
        return self.available // self.quantity


@dataclass(frozen=True, kw_only=True)
class KitStock:
    """Of a kit there are as many as its scarcest part is enough for; parts of one order may come from several sites."""

    sites: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def available(self) -> int:
        return min((part.kits for part in self.parts), default=0)

    @property
    def by_site(self) -> tuple[int, ...]:
        """Kits that each site has whole."""
        return tuple(
            min(part.by_site[at] // part.quantity for part in self.parts) for at in range(len(self.sites)) if self.parts
        )

    @property
    def scarcest(self) -> Part | None:
        return min(self.parts, key=lambda part: part.kits, default=None)


def kit_stock(session: Session, sku_id: int) -> KitStock:
    rows = session.execute(text(PARTS), {"id": sku_id}).all()
    codes = tuple(dict.fromkeys(row.site for row in rows if row.site))
    parts: dict[str, dict[str, int]] = {}
    heads = {row.code: row for row in rows}
    for row in rows:
        parts.setdefault(row.code, {})[row.site] = row.available
    found = (
        Part(
            code=code,
            name=heads[code].name,
            quantity=heads[code].quantity,
            available=sum(parts[code].values()),
            by_site=tuple(parts[code].get(site, 0) for site in codes),
        )
        for code in heads
    )
    return KitStock(sites=codes, parts=tuple(found))


def kits_with(session: Session, sku_id: int) -> Sequence[tuple[str, str, int]]:
    """(code, name, units in one) of the kits that this SKU goes into."""
    return [(row.code, row.name, row.quantity) for row in session.execute(text(KITS_WITH), {"id": sku_id})]


PARTS = """
SELECT s.code, s.name, c.quantity, t.code AS site,
       coalesce(greatest(0, l.on_hand - l.allocated - l.reserved - l.unavailable - l.safety_stock), 0) AS available
  FROM kit_components c JOIN skus s ON s.id = c.component_sku_id
  LEFT JOIN sites t ON t.is_active
  LEFT JOIN stock_levels l ON l.sku_id = s.id AND l.site_id = t.id
 WHERE c.kit_sku_id = :id ORDER BY s.code, t.priority, t.code
"""
KITS_WITH = """
SELECT k.code, k.name, c.quantity FROM kit_components c JOIN skus k ON k.id = c.kit_sku_id
 WHERE c.component_sku_id = :id ORDER BY k.code
"""
