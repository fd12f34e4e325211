"""Events with their positions, and the decisions that they name."""

from collections.abc import Iterator
from typing import Any

import psycopg

from tests.bench.data.words import CARRIERS

Step = tuple[str, str, dict[str, Any]]


def steps(connection: psycopg.Connection[Any], orders: int) -> Iterator[Step]:
    yield "told events", TOLD, {"carriers": list(CARRIERS)}
    yield "events", EVENTS, {}
    yield "positions", "INSERT INTO event_positions (position, event_id) SELECT id, id FROM events ORDER BY id", {}
    yield "horizon", HORIZON, {}
    yield "counted events", COUNTS, {}
    yield "decisions", DECISIONS, _templates(connection)


def _templates(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """The sites as the router saw them: ``A1`` stands for what site 1 had."""
    rows = connection.execute(SITES).fetchall()
    return {
        "candidates": ",".join(
            f'[{id},"{code}","{name}",{latitude},{longitude},{priority},"{country}",A{id},""]'
            for id, code, name, latitude, longitude, priority, country, _ in rows
        ),
        "sites": [row[0] for row in rows],
        "warehouses": [row[0] for row in rows if row[-1] == "warehouse"],
    }


SITES = "SELECT id, code, name, latitude_e6, longitude_e6, priority, country, kind FROM sites ORDER BY id"

TOLD = """
CREATE UNLOGGED TABLE made.events AS
WITH work AS (SELECT p.*, o.kind, o.released_at, o.packed_at, o.shipped_at, o.delivered_at, s.code AS site
                FROM made.parts p JOIN made.orders o ON o.id = p.order_id JOIN sites s ON s.id = p.site_id
               WHERE o.kind <> 'cancelled'),
     placed AS (SELECT o.*, c.code AS channel FROM made.orders o JOIN channels c ON c.id = o.channel_id)
SELECT 'orders' AS subject, id AS subject_id, 1 AS rank, placed_at AS at, 'OrderRouted' AS type,
       jsonb_build_object('order_id', id, 'decision_id', id, 'cause', 'placed') AS payload
  FROM placed WHERE kind <> 'history'
UNION ALL
SELECT 'orders', id, 2, placed_at, CASE kind WHEN 'history' THEN 'OrderRecorded' ELSE 'OrderPlaced' END,
       jsonb_build_object('order_id', id, 'number', 'W-' || 100000 + id, 'channel', channel) FROM placed
UNION ALL
SELECT 'orders', id, 3, placed_at, 'OrderConfirmed', jsonb_build_object('order_id', id) FROM placed
 WHERE kind <> 'history'
UNION ALL
SELECT 'orders', o.id, 4, placed_at + interval '1 hour', 'PaymentRecorded',
       jsonb_build_object('order_id', o.id, 'entry_id', o.id, 'amount_minor', s.kept_minor + o.shipping_minor,
                          'currency', 'USD', 'method', 'bank_transfer')
  FROM made.orders o JOIN made.sums s ON s.order_id = o.id
 WHERE o.is_paid AND kind IN ('delivered', 'shipped', 'shortened')
UNION ALL
SELECT 'orders', id, 5, touched_at, 'NoteAdded',
       jsonb_build_object('order_id', id, 'note_id', row_number() OVER (ORDER BY id)) FROM made.orders WHERE has_note
UNION ALL
SELECT 'orders', o.id, 6, touched_at, 'UnitsCancelled',
       jsonb_build_object('order_id', o.id, 'order_line_id', l.id, 'sku', l.sku_code, 'quantity', l.cancelled,
                          'reason', 'customer')
  FROM made.lines l JOIN made.orders o ON o.id = l.order_id WHERE l.cancelled > 0
UNION ALL
SELECT 'orders', order_id, 7, released_at, 'WorkReleased',
       jsonb_build_object('order_id', order_id, 'fulfilment_order_id', id, 'site', site) FROM work
UNION ALL
SELECT 'orders', l.order_id, 8, w.packed_at - interval '5 minutes' / l.position, 'UnitsPicked',
       jsonb_build_object('order_id', l.order_id, 'fulfilment_order_id', w.id, 'sku', l.sku_code, 'quantity',
                          l.ordered - l.cancelled)
  FROM made.lines l JOIN work w USING (order_id, part)
UNION ALL
SELECT 'orders', order_id, 9, packed_at, 'ParcelPacked',
       jsonb_build_object('order_id', order_id, 'parcel_id', id, 'units', units) FROM work
UNION ALL
SELECT 'orders', order_id, 10, shipped_at, 'ParcelShipped',
       jsonb_build_object('order_id', order_id, 'parcel_id', id, 'units', units, 'carrier',
                          (%(carriers)s::text[])[1 + id %% 3]) FROM work
UNION ALL
SELECT 'orders', order_id, 11, delivered_at, 'ParcelDelivered',
       jsonb_build_object('order_id', order_id, 'parcel_id', id) FROM work WHERE kind <> 'shipped'
UNION ALL
SELECT 'stock_levels', m.level_id, 12, m.at, 'StockAdjusted',
       jsonb_build_object('stock_level_id', m.level_id, 'sku_id', v.sku_id, 'site_id', v.site_id, 'on_hand', m.on_hand,
                          'unavailable', 0, 'reason', m.reason)
  FROM made.moves m JOIN stock_levels v ON v.id = m.level_id WHERE m.reason IN ('opening', 'receipt')
UNION ALL
SELECT 'stock_levels', m.level_id, 13, m.at, 'StockArrived',
       jsonb_build_object('stock_level_id', m.level_id, 'sku_id', v.sku_id, 'site_id', v.site_id, 'quantity', m.on_hand)
  FROM made.moves m JOIN stock_levels v ON v.id = m.level_id WHERE m.reason IN ('opening', 'receipt')
"""

EVENTS = """
INSERT INTO events (id, type, subject_type, subject_id, sequence, payload, actor, cause, request_id, occurred_at,
    recorded_at)
SELECT row_number() OVER (ORDER BY at, subject_id, rank), type, subject, subject_id,
       row_number() OVER (PARTITION BY subject, subject_id ORDER BY at, rank), payload, 'system', '', '', at, at
  FROM made.events ORDER BY 1
"""

HORIZON = """
INSERT INTO feed_state (id, horizon) VALUES (1, pg_snapshot_xmin(pg_current_snapshot()))
ON CONFLICT (id) DO UPDATE SET horizon = excluded.horizon
"""

COUNTS = """
CREATE UNLOGGED TABLE made.counts AS SELECT subject, subject_id, count(*) AS events FROM made.events GROUP BY 1, 2;
ANALYZE made.counts;
UPDATE stock_levels v SET event_sequence = c.events FROM made.counts c
 WHERE c.subject = 'stock_levels' AND c.subject_id = v.id
"""

# One part: every warehouse had the goods, and the nearest took them. Two: each of two had its own part, others nothing.
DECISIONS = """
INSERT INTO routing_decisions (id, order_id, cause, rules_version, inputs, outcome, decided_at)
SELECT o.id, o.id, 'placed', 1,
       convert_to('{"candidates":[' || replace(replace(replace(replace(replace(%(candidates)s, 'A1', a[1]), 'A2', a[2]),
           'A3', a[3]), 'A4', a[4]), 'A5', a[5]) || '],"destination":[' || pl.latitude_e6 || ',' || pl.longitude_e6
           || ',"US"],"needs":[' || needs || '],"rules":[1,12,null,true]}', 'UTF8'),
       convert_to('{"backordered":[],"considered":[' || considered || '],"parts":[' || parts || '],"rule":"'
           || CASE WHEN is_split THEN 'only' ELSE 'distance' END || '"}', 'UTF8'), o.placed_at
  FROM made.orders o JOIN made.places pl ON pl.id = o.place_id
  JOIN (SELECT order_id, string_agg('[' || id || ',' || sku_id || ',"' || sku_code || '",' || ordered || ']', ','
                                    ORDER BY id) AS needs,
               sum(ordered) FILTER (WHERE part = 1) AS first_units,
               coalesce(sum(ordered) FILTER (WHERE part = 2), 0) AS second_units,
               '{' || string_agg(DISTINCT '"' || sku_id || '":' || 30 + sku_id %% 40, ',') FILTER (WHERE part = 1)
                   || '}' AS first_of,
               coalesce('{' || string_agg(DISTINCT '"' || sku_id || '":' || 30 + sku_id %% 40, ',')
                   FILTER (WHERE part = 2) || '}', '{}') AS second_of
          FROM made.lines GROUP BY 1) l ON l.order_id = o.id
  JOIN (SELECT order_id, string_agg('[' || site_id || ',[' || portions || ']]', ',' ORDER BY part) AS parts
          FROM (SELECT order_id, part, min(site_id) AS site_id,
                       string_agg('[' || id || ',' || sku_id || ',' || ordered || ']', ',' ORDER BY id) AS portions
                  FROM made.lines GROUP BY 1, 2) p GROUP BY 1) w ON w.order_id = o.id,
       LATERAL (SELECT array_agg(had ORDER BY site) AS a,
                       string_agg('[' || site || ',' || units || ',' || pl.distances[place] || ',"'
                           || CASE WHEN units = 0 THEN 'nothing_available' WHEN is_split OR site = pl.nearest
                              THEN 'chosen' ELSE 'passed' END || '"]', ',' ORDER BY site) AS considered
                  FROM (SELECT site, place,
                               CASE WHEN site = pl.nearest OR is_passed THEN first_of
                                    WHEN is_split AND site = pl.second THEN second_of ELSE '{}' END AS had,
                               CASE WHEN site = pl.nearest OR is_passed THEN first_units
                                    WHEN is_split AND site = pl.second THEN second_units ELSE 0 END AS units
                          FROM (SELECT site, place, NOT is_split AND site = ANY(%(warehouses)s) AS is_passed
                                  FROM unnest(%(sites)s::bigint[]) WITH ORDINALITY AS u (site, place)) s) judged) avail
 WHERE o.kind <> 'history' ORDER BY o.id
"""
