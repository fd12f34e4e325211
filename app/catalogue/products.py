"""SKUs as the pages list, search and change them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, text
from sqlalchemy.orm import Session

from app.catalogue.models import Price, PriceList, Sku
from app.kernel import paging
from app.kernel.errors import Invalid, NotFound
from app.kernel.paging import Page

PAGE = 50
COLUMNS: tuple[Any, ...] = (
    Sku.id,
    Sku.code,
    Sku.name,
    Sku.category,
    Sku.gtin,
    Sku.weight_g,
    Sku.tax_class,
    Sku.is_active,
    Sku.is_kit,
)


@dataclass(frozen=True, kw_only=True)
class ProductRow:
    """``prices`` are (price list, currency, minor units of one unit)."""

    id: int
    code: str
    name: str
    category: str
    gtin: str | None
    weight_g: int
    tax_class: str
    is_active: bool
    is_kit: bool = False
    prices: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProductFacts:
    name: str
    category: str
    gtin: str | None
    weight_g: int
    is_active: bool


def listed(session: Session, *, q: str = "", state: str = "all", cursor: str | None = None) -> Page[ProductRow]:
    """By code. ``q`` finds parts of code, name and GTIN, letter by letter: ``%`` and ``_`` mean themselves."""
    at = paging.decode(cursor, [str])
    statement = paging.seek(_matching(q, state), [Sku.code], cursor=at, limit=PAGE, descending=False)
    rows = session.execute(statement).all()
    found = _with_prices(session, rows)
    return paging.page(found, PAGE, key=lambda row: (row.code,), cursor=at)


def count(session: Session, *, q: str = "", state: str = "all") -> paging.Count:
    return paging.count(session, _matching(q, state))


def get(session: Session, code: str) -> ProductRow:
    """Raises NotFound."""
    rows = session.execute(_columns().where(Sku.code == code)).all()
    if not rows:
        raise NotFound(f"there is no SKU {code!r}")
    return _with_prices(session, rows)[0]


def add(session: Session, code: str, facts: ProductFacts) -> None:
    if session.scalar(select(Sku.id).where(Sku.code == code)) is not None:
        raise Invalid([("code", f"there is a SKU {code} already: choose another code")])
    _refuse_gtin_of_other(session, code, facts.gtin)
    session.add(Sku(code=code, **vars(facts)))
    session.flush()


def change(session: Session, code: str, facts: ProductFacts) -> None:
    """Orders keep the name and price that they were placed with."""
    sku = session.scalar(select(Sku).where(Sku.code == code).with_for_update())
    if sku is None:
        raise NotFound(f"there is no SKU {code!r}")
    _refuse_gtin_of_other(session, code, facts.gtin)
    for name, value in vars(facts).items():
        setattr(sku, name, value)
    session.flush()


def set_price(session: Session, code: str, price_list: str, minor: int | None) -> None:
    """None takes the price away: orders of channels with this list then ask for one."""
    values = {"code": code, "price_list": price_list, "minor": minor}
    if minor is None:
        session.execute(text(DROP_PRICE), values)
    else:
        session.execute(text(PUT_PRICE), values)


def price_lists(session: Session) -> list[tuple[str, str]]:
    """(code, currency) of each list."""
    rows = session.execute(select(PriceList.code, PriceList.currency).order_by(PriceList.id))
    return [(row.code, row.currency) for row in rows]


def _columns() -> Select[Any]:
    return select(*COLUMNS)


def _matching(q: str, state: str) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    if state in {"active", "inactive"}:
        conditions.append(Sku.is_active == (state == "active"))
    for word in q.split():
        conditions.append(
            or_(
                Sku.code.icontains(word, autoescape=True),
                Sku.name.icontains(word, autoescape=True),
                func.coalesce(Sku.gtin, "").startswith(word, autoescape=True),
            )
        )
    return _columns().where(and_(True, *conditions))


def _with_prices(session: Session, rows: Any) -> list[ProductRow]:
    ids = [row.id for row in rows]
    prices: dict[int, list[tuple[str, str, int]]] = {id: [] for id in ids}
    statement = (
        select(Price.sku_id, PriceList.code, PriceList.currency, Price.minor)
        .join(PriceList, PriceList.id == Price.price_list_id)
        .where(Price.sku_id.in_(ids))
        .order_by(PriceList.id)
    )
    for row in session.execute(statement):
        prices[row.sku_id].append((row.code, row.currency, row.minor))
    return [_row(row, prices[row.id]) for row in rows]


def _row(row: Row[Any], prices: list[tuple[str, str, int]]) -> ProductRow:
    return ProductRow(**row._mapping, prices=tuple(prices))


def _refuse_gtin_of_other(session: Session, code: str, gtin: str | None) -> None:
    owner = session.scalar(select(Sku.code).where(Sku.gtin == gtin, Sku.code != code)) if gtin else None
    if owner:
        raise Invalid([("gtin", f"{gtin} belongs to {owner}: a GTIN names one SKU")])


PUT_PRICE = """
INSERT INTO prices (price_list_id, sku_id, minor)
SELECT p.id, s.id, :minor FROM price_lists p, skus s WHERE p.code = :price_list AND s.code = :code
ON CONFLICT (price_list_id, sku_id) DO UPDATE SET minor = excluded.minor
"""
DROP_PRICE = """
DELETE FROM prices USING price_lists p, skus s
WHERE p.id = prices.price_list_id AND s.id = prices.sku_id AND p.code = :price_list AND s.code = :code
"""
