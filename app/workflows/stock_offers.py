"""What a channel may sell of each SKU, as rows: marked where it may have changed, taken, and written down as told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.channels.ports import Offer
from app.inventory import availability
from app.inventory.rules_in_force import TODAY, only_at, rule_of, told


@dataclass(frozen=True, kw_only=True)
class Taken:
    """An offer that waits, as it is now; ``is_news`` unless the channel knows just that."""

    sku_id: int
    touched: int
    is_news: bool
    offer: Offer


def mark(
    session: Session, channel_ids: Collection[int], *, orders: Mapping[int, datetime], skus: Mapping[int, datetime]
) -> None:
    """Something about these SKUs, and about those of these orders, may have changed at that moment."""
    values = {
        "channels": sorted(channel_ids),
        "orders": list(orders),
        "order_moments": list(orders.values()),
        "skus": list(skus),
        "sku_moments": list(skus.values()),
    }
    session.execute(text(MARK), values)


def mark_all(session: Session, channel_id: int, *, is_forced: bool) -> None:
    """Every SKU that is for sale or that the channel was ever told of; ``is_forced``: told again even if equal."""
    session.execute(text(MARK_ALL), {"channel_id": channel_id, "is_forced": is_forced})
    if is_forced:
        session.execute(text(BEGIN_RENEWAL), {"channel_id": channel_id})


def mark_different(session: Session, channel_ids: Collection[int]) -> None:
    """Those that changed in a way no event tells: a site closed, a product added, safety stock. Refused ones rest."""
    session.execute(text(MARK_DIFFERENT), {"channels": sorted(channel_ids)})


def take(session: Session, channel_id: int, *, most: int) -> list[Taken]:
    """Those that wait, as they are now: what changed first, then what is only to be told again."""
    rows = session.execute(text(TAKE), {"channel_id": channel_id, "most": most}).all()
    return [_taken(row) for row in rows]


def write_told(
    session: Session, channel_id: int, taken: Sequence[Taken], *, refusals: Mapping[str, str], as_of: datetime
) -> None:
    """What changed again since it was taken goes on waiting."""
    values = {
        "sku_ids": [each.sku_id for each in taken],
        "touched": [each.touched for each in taken],
        "sent": [each.is_news for each in taken],
        "units": [each.offer.units for each in taken],
        "backorders": [each.offer.backorders for each in taken],
        "versions": [each.offer.version for each in taken],
        "refusals": [refusals.get(each.offer.sku, "") for each in taken],
    }
    session.execute(text(WRITE_TOLD), {"channel_id": channel_id, "as_of": as_of, **values})


def _taken(row: Row[Any]) -> Taken:
    offer = Offer(
        sku=row.code, aliases=tuple(row.aliases), units=row.units, backorders=row.backorders, version=row.movements
    )
    return Taken(sku_id=row.sku_id, touched=row.touched, is_news=row.is_news, offer=offer)


def held_back(day: str) -> str:
    """SQL: ``held.units``, what is kept from channel ``c`` of SKU ``s`` on a day.

    The rule that fits best for all sites together, and beside it what rules hold back at single sites. ``p.held_back``
    is the channel's rule for all SKUs: one that names goods or the channel goes before it.
    """
    of_all = rule_of("channel_buffer", sku="s", channels=told("c.id"), day=day)
    of_site = rule_of("channel_buffer", sku="s", sites=only_at("t.id"), channels=told("c.id"), day=day)
    return f"""
    LEFT JOIN LATERAL ({of_all}) AS b ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(least(r.units, greatest(0, l.on_hand - l.allocated - l.reserved - l.unavailable
                                                       - l.safety_stock))), 0)::bigint AS units
          FROM stock_levels l JOIN sites t ON t.id = l.site_id AND t.is_active CROSS JOIN LATERAL ({of_site}) r
         WHERE l.sku_id = s.id AND EXISTS (SELECT FROM stock_rules WHERE kind = 'channel_buffer' AND site_id > 0)) AS h
    CROSS JOIN LATERAL (
        SELECT h.units + CASE WHEN b.is_narrow OR p.held_back = 0 THEN coalesce(b.units, 0) ELSE p.held_back END
               AS units) AS held
    """


def present(day: str = TODAY) -> str:
    """SQL: ``n.units`` and ``n.backorders`` are what channel ``c`` may sell of SKU ``s`` now.

    A channel that is closed, and a SKU that is not for sale, have nothing to sell.
    """
    return f"""
    CROSS JOIN LATERAL ({availability.of_sku("s.id")}) AS a {held_back(day)}
    CROSS JOIN LATERAL (
        SELECT c.is_active AND s.is_active AND c.backorders_allowed AS backorders,
               CASE WHEN c.is_active AND s.is_active
                    THEN least(coalesce(p.most, a.available), greatest(0, a.available - held.units)) ELSE 0
               END AS units) AS n
    """


MARK = """
WITH hints AS (
    SELECT sku_id, min(at) AS at FROM (
        SELECT l.sku_id, v.at FROM order_lines l
          JOIN unnest(CAST(:orders AS bigint[]), CAST(:order_moments AS timestamptz[])) AS v (order_id, at)
            ON v.order_id = l.order_id
        UNION ALL
        SELECT * FROM unnest(CAST(:skus AS bigint[]), CAST(:sku_moments AS timestamptz[]))) AS h (sku_id, at)
    GROUP BY sku_id),
with_kits AS (
    SELECT sku_id, min(at) AS at FROM (
        SELECT sku_id, at FROM hints
        UNION ALL
        SELECT c.kit_sku_id, h.at FROM hints h JOIN kit_components c ON c.component_sku_id = h.sku_id) AS k
    GROUP BY sku_id)
INSERT INTO stock_offers AS o (channel_id, sku_id, changed_at, touched)
SELECT c.channel_id, h.sku_id, h.at, 1 FROM unnest(CAST(:channels AS bigint[])) AS c (channel_id), with_kits h
ON CONFLICT (channel_id, sku_id) DO UPDATE
   SET touched = o.touched + 1, changed_at = coalesce(o.changed_at, excluded.changed_at)
"""

MARK_ALL = """
INSERT INTO stock_offers AS o (channel_id, sku_id, changed_at, touched, is_forced)
SELECT :channel_id, s.id, now(), 1, :is_forced FROM skus s
 WHERE s.is_active OR EXISTS (SELECT FROM stock_offers k WHERE k.channel_id = :channel_id AND k.sku_id = s.id)
ON CONFLICT (channel_id, sku_id) DO UPDATE
   SET touched = o.touched + 1, changed_at = coalesce(o.changed_at, now()), is_forced = o.is_forced OR :is_forced
"""

BEGIN_RENEWAL = """
UPDATE stock_publications SET renewal_began_at = now(), renewal_total = (
    SELECT count(*) FROM stock_offers WHERE channel_id = :channel_id AND is_forced AND changed_at IS NOT NULL)
WHERE channel_id = :channel_id
"""

NOW = present()

TAKE = f"""
SELECT o.sku_id, o.touched, s.code, n.units, n.backorders, a.movements,
       o.is_forced OR (n.units, n.backorders) IS DISTINCT FROM (o.units, o.backorders) AS is_news,
       ARRAY(SELECT alias FROM sku_aliases x WHERE x.sku_id = s.id AND x.channel_id = c.id ORDER BY alias) AS aliases
  FROM (SELECT * FROM stock_offers WHERE channel_id = :channel_id AND changed_at IS NOT NULL
         ORDER BY is_forced, changed_at, sku_id LIMIT :most) o
  JOIN skus s ON s.id = o.sku_id JOIN channels c ON c.id = o.channel_id
  JOIN stock_publications p ON p.channel_id = c.id {NOW}
"""

MARK_DIFFERENT = f"""
INSERT INTO stock_offers AS o (channel_id, sku_id, changed_at, touched)
SELECT c.id, s.id, now(), 1
  FROM unnest(CAST(:channels AS bigint[])) AS asked (id) JOIN channels c ON c.id = asked.id
  JOIN stock_publications p ON p.channel_id = c.id CROSS JOIN skus s
  LEFT JOIN stock_offers k ON k.channel_id = c.id AND k.sku_id = s.id {NOW}
 WHERE k.changed_at IS NULL AND coalesce(k.refusal, '') = '' AND (s.is_active OR k.sku_id IS NOT NULL)
   AND (n.units, n.backorders) IS DISTINCT FROM (k.units, k.backorders)
ON CONFLICT (channel_id, sku_id) DO UPDATE SET touched = o.touched + 1, changed_at = now()
"""

WRITE_TOLD = """
UPDATE stock_offers o
   SET units = CASE WHEN v.refusal = '' THEN v.units ELSE o.units END,
       backorders = CASE WHEN v.refusal = '' THEN v.backorders ELSE o.backorders END,
       version = CASE WHEN v.refusal = '' THEN v.version ELSE o.version END,
       published_at = CASE WHEN v.sent AND v.refusal = '' THEN now() ELSE o.published_at END,
       refusal = v.refusal,
       is_forced = o.is_forced AND o.touched <> v.touched,
       changed_at = CASE WHEN o.touched <> v.touched THEN CAST(:as_of AS timestamptz) END
  FROM unnest(CAST(:sku_ids AS bigint[]), CAST(:touched AS bigint[]), CAST(:sent AS boolean[]),
              CAST(:units AS bigint[]), CAST(:backorders AS boolean[]), CAST(:versions AS bigint[]),
              CAST(:refusals AS text[])) AS v (sku_id, touched, sent, units, backorders, version, refusal)
 WHERE o.channel_id = :channel_id AND o.sku_id = v.sku_id
"""
