"""Finding SKUs by what a channel calls them, with that channel's price."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.kernel import driver
from app.kernel.driver import cells


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A code as some channel wrote it."""

    channel_id: int
    price_list_id: int | None
    code: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A SKU and its net unit price in minor units; no price where the channel's list has none. A kit has components."""

    sku_id: int
    code: str
    name: str
    is_active: bool
    is_kit: bool
    price_minor: int | None
    currency: str | None


def offers(session: Session, asked: Collection[Asked]) -> dict[Asked, Offer]:
    """The offers that exist; an unknown code is missing from the answer. An own code wins over an alias."""
    ordered = list(asked)
    rows = driver.fetch(
        session,
        OFFERS,
        {
            "rows": cells(
                list(range(len(ordered))),
                [one.channel_id for one in ordered],
                [one.price_list_id for one in ordered],
                [one.code for one in ordered],
            )
        },
    )
    return {
        ordered[row.place]: Offer(
            sku_id=row.sku_id,
            code=row.code,
            name=row.name,
            is_active=row.is_active,
            is_kit=row.is_kit,
            price_minor=row.price_minor,
            currency=row.currency,
        )
        for row in rows
    }


OFFERS = """
SELECT k.place::bigint, s.id AS sku_id, s.code, s.name, s.is_active, s.is_kit, p.minor AS price_minor, pl.currency
  FROM unnest(%(rows)s::cells[]) AS k(place, channel_id, price_list_id, code)
  LEFT JOIN skus own ON own.code = k.code
  LEFT JOIN sku_aliases a ON own.id IS NULL AND a.channel_id = k.channel_id::bigint AND a.alias = k.code
  JOIN skus s ON s.id = coalesce(own.id, a.sku_id)
  LEFT JOIN prices p ON p.price_list_id = k.price_list_id::bigint AND p.sku_id = s.id
  LEFT JOIN price_lists pl ON pl.id = p.price_list_id
"""
