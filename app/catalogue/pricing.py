"""Writing prices down, many at once: on the first list of a currency, or on a list by its code."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue.models import Price, PriceList
from app.kernel import bulk


@dataclass(frozen=True, kw_only=True)
class NewPrice:
    """Net price of one unit in minor units. ``price_list_id`` None means the first list of the currency."""

    sku_id: int
    minor: int
    currency: str = ""
    price_list_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ListRef:
    id: int
    currency: str


def lists_by_code(session: Session) -> dict[str, ListRef]:
    rows = session.execute(text("SELECT code, id, currency FROM price_lists ORDER BY id"))
    return {row.code: ListRef(id=row.id, currency=row.currency) for row in rows}


def present_prices(session: Session, pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Minor units by (price list, SKU); what has no price is missing."""
    rows = bulk.pairs(
        session,
        "SELECT p.price_list_id, p.sku_id, p.minor FROM prices p"
        " JOIN unnest(%(first)s::bigint[], %(second)s::bigint[]) AS v(price_list_id, sku_id)"
        " USING (price_list_id, sku_id)",
        [price_list for price_list, _ in pairs],
        [sku for _, sku in pairs],
    )
    return {(row.price_list_id, row.sku_id): row.minor for row in rows}


def put_prices(session: Session, prices: Sequence[NewPrice]) -> None:
    """A currency without a list gets one, called after it."""
    if not prices:
        return
    first = _first_lists(session, {one.currency for one in prices if one.price_list_id is None})
    rows = [
        {"price_list_id": one.price_list_id or first[one.currency], "sku_id": one.sku_id, "minor": one.minor}
        for one in prices
    ]
    bulk.insert(
        session,
        Price,
        sorted(rows, key=lambda row: (row["price_list_id"], row["sku_id"])),
        suffix="ON CONFLICT (price_list_id, sku_id) DO UPDATE SET minor = excluded.minor",
    )


def _first_lists(session: Session, currencies: Collection[str]) -> dict[str, int]:
    lists = {row.currency: row.id for row in session.execute(text(FIRST_LISTS))}
    for currency in sorted(set(currencies) - set(lists)):
        row = PriceList(code=currency.lower(), currency=currency)
        session.add(row)
        session.flush()
        lists[currency] = row.id
    return lists


FIRST_LISTS = "SELECT DISTINCT ON (currency) currency, id FROM price_lists ORDER BY currency, id"
