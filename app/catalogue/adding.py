"""Writing SKUs down: new ones from an order file, new and changed ones from a product file."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue.models import Price, PriceList, Sku
from app.kernel import bulk


@dataclass(frozen=True, kw_only=True)
class Product:
    """``price_minor`` is the net price of one unit in minor units of ``currency``; None leaves prices alone."""

    code: str
    name: str
    category: str = ""
    gtin: str | None = None
    weight_g: int = 0
    tax_class: str = "standard"
    price_minor: int | None = None
    currency: str = ""


def add_missing(session: Session, products: Sequence[Product]) -> int:
    """Write down those whose code is new; answers how many. What exists stays as it is."""
    ordered = sorted(products, key=lambda product: product.code)
    added = bulk.insert(
        session,
        Sku,
        [{"code": one.code, "name": one.name, "category": one.category} for one in ordered],
        suffix="ON CONFLICT (code) DO NOTHING RETURNING id",
    )
    return len(added)


def put(session: Session, products: Sequence[Product]) -> int:
    """Write down new ones and bring known ones up to date, prices too; answers how many are new. Codes are unique."""
    ordered = sorted(products, key=lambda product: product.code)
    written = bulk.insert(
        session,
        Sku,
        [_columns(product) for product in ordered],
        suffix="ON CONFLICT (code) DO UPDATE SET name = excluded.name,"
        " category = coalesce(nullif(excluded.category, ''), skus.category),"
        " gtin = coalesce(excluded.gtin, skus.gtin),"
        " weight_g = CASE WHEN excluded.weight_g > 0 THEN excluded.weight_g ELSE skus.weight_g END,"
        " tax_class = excluded.tax_class RETURNING id, code, xmax = 0 AS is_new",
    )
    ids = {row.code: row.id for row in written}
    _put_prices(session, [(ids[one.code], one) for one in ordered if one.price_minor is not None])
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


def _columns(product: Product) -> dict[str, object]:
    names = ("code", "name", "category", "gtin", "weight_g", "tax_class")
    return {name: getattr(product, name) for name in names}


def _put_prices(session: Session, priced: Sequence[tuple[int, Product]]) -> None:
    lists = {row.currency: row.id for row in session.execute(text(FIRST_LISTS))}
    missing = sorted({one.currency for _, one in priced} - set(lists))
    for currency in missing:
        row = PriceList(code=currency.lower(), currency=currency)
        session.add(row)
        session.flush()
        lists[currency] = row.id
    bulk.insert(
        session,
        Price,
        [{"price_list_id": lists[one.currency], "sku_id": id, "minor": one.price_minor} for id, one in priced],
        suffix="ON CONFLICT (price_list_id, sku_id) DO UPDATE SET minor = excluded.minor",
    )


FIRST_LISTS = "SELECT DISTINCT ON (currency) currency, id FROM price_lists ORDER BY currency, id"
