"""One SKU as its channels know it, beside what they would be told now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.workflows.stock_offers import present


@dataclass(frozen=True, kw_only=True)
class OfferShown:
    """What a channel was last told, and what it would be told now; ``waiting_since``: something changed since."""

    code: str
    name: str
    units: int | None
    units_now: int
    backorders: bool
    published_at: datetime | None
    waiting_since: datetime | None
    refusal: str
    most: int | None
    held_back: int


def explain_offers(session: Session, sku_id: int) -> Sequence[OfferShown]:
    """Channels that are switched on, by name."""
    return [OfferShown(**row) for row in session.execute(text(OFFERS), {"sku_id": sku_id}).mappings()]


OFFERS = f"""
SELECT c.code, c.name, o.units, n.units AS units_now, n.backorders, o.published_at, o.changed_at AS waiting_since,
       coalesce(o.refusal, '') AS refusal, p.most, held.units AS held_back
  FROM channels c JOIN stock_publications p ON p.channel_id = c.id AND p.is_on JOIN skus s ON s.id = :sku_id
  LEFT JOIN stock_offers o ON o.channel_id = c.id AND o.sku_id = s.id {present()}
 ORDER BY c.name
"""
