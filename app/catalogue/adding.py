"""Writing SKUs down: new ones from an order file, new and changed ones from a product file."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue.models import Sku
from app.catalogue.pricing import NewPrice, put_prices
from app.kernel import bulk

DEFAULTS: Mapping[str, Any] = {
    "name": "",
    "category": "",
    "gtin": None,
    "weight_g": 0,
    "tax_class": "standard",
    "tracking": "none",
    "removal": "fifo",
    "removal_days": 0,
    "cost_minor": None,
    "is_active": True,
}


@dataclass(frozen=True, kw_only=True)
class Product:
    """What is None stays as it is, or gets the usual value where the SKU is new. ``cost_minor`` is in the company's
    currency, ``price_minor`` the net price of one unit in minor units of ``currency``.
    """

    code: str
    name: str | None = None
    category: str | None = None
    gtin: str | None = None
    weight_g: int | None = None
    tax_class: str | None = None
    tracking: str | None = None
    removal: str | None = None
    removal_days: int | None = None
    cost_minor: int | None = None
    is_active: bool | None = None
    price_minor: int | None = None
    currency: str = ""

    @property
    def said(self) -> dict[str, Any]:
        """The columns that are to be written."""
        return {name: value for name in DEFAULTS if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, kw_only=True)
class Present:
    """A SKU as it stands. ``prices`` by currency, on the first list of each."""

    id: int
    columns: Mapping[str, Any]
    prices: Mapping[str, int]
    has_stock: bool

    def changes(self, product: Product) -> list[str]:
        """Names of what would change."""
        changed = [name for name, value in product.said.items() if self.columns[name] != value]
        if product.price_minor is not None and self.prices.get(product.currency) != product.price_minor:
            changed.append("price")
        return changed


def add_missing(session: Session, products: Sequence[Product]) -> int:
    """Write down those whose code is new; answers how many. What exists stays as it is."""
    ordered = sorted(products, key=lambda product: product.code)
    added = bulk.insert(
        session,
        Sku,
        [{"code": one.code, "name": one.name or one.code, "category": one.category or ""} for one in ordered],
        suffix="ON CONFLICT (code) DO NOTHING RETURNING id",
    )
    return len(added)


def present(session: Session, codes: Collection[str], *, lock: bool = False) -> dict[str, Present]:
    """SKUs by code; those that do not exist are missing. ``lock`` keeps them as they are until the end."""
    rows = session.execute(text(LOCKED if lock else PRESENT), {"codes": sorted(codes)}).all()
    return {
        row.code: Present(
            id=row.id,
            columns={name: row._mapping[name] for name in DEFAULTS},
            prices=row.prices or {},
            has_stock=row.has_stock,
        )
        for row in rows
    }


def put(session: Session, products: Sequence[Product]) -> int:
    """Write down new ones and bring known ones up to date, prices too; answers how many are new. Codes are unique."""
    ordered = sorted(products, key=lambda product: product.code)
    known = present(session, [one.code for one in ordered], lock=True)
    columns = [
        {"code": one.code, **(known[one.code].columns if one.code in known else DEFAULTS), **one.said}
        for one in ordered
    ]
    updates = ", ".join(f"{name} = excluded.{name}" for name in DEFAULTS)
    written = bulk.insert(
        session,
        Sku,
        columns,
        suffix=f"ON CONFLICT (code) DO UPDATE SET {updates} RETURNING id, code, xmax = 0 AS is_new",
    )
    ids = {row.code: row.id for row in written}
    prices = [
        NewPrice(sku_id=ids[one.code], currency=one.currency, minor=one.price_minor)
        for one in ordered
        if one.price_minor is not None
    ]
    put_prices(session, prices)
    return sum(row.is_new for row in written)


def gtins_of_others(session: Session, products: Sequence[Product]) -> dict[str, str]:
    """GTINs among these that another SKU has: the GTIN and that SKU's code."""
    rows = bulk.pairs(
        session,
        "SELECT s.gtin, s.code FROM skus s"
        " JOIN unnest(%(first)s::text[], %(second)s::text[]) AS v(gtin, code)"
        " ON v.gtin = s.gtin AND v.code <> s.code",
        [one.gtin for one in products],
        [one.code for one in products],
    )
    return {row.gtin: row.code for row in rows}


PRESENT = f"""
SELECT s.id, s.code, {", ".join(f"s.{name}" for name in DEFAULTS)},
       (SELECT jsonb_object_agg(l.currency, p.minor) FROM prices p
          JOIN (SELECT DISTINCT ON (currency) currency, id FROM price_lists ORDER BY currency, id) AS l
            ON l.id = p.price_list_id WHERE p.sku_id = s.id) AS prices,
       EXISTS (SELECT 1 FROM stock_levels v WHERE v.sku_id = s.id AND v.on_hand > 0) AS has_stock
  FROM skus s WHERE s.code = ANY(CAST(:codes AS text[])) ORDER BY s.code
"""
LOCKED = f"{PRESENT} FOR UPDATE OF s"
