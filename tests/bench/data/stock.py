"""Movements with their chains: opening stock, what came in each quarter, promises, cancellations, what was shipped."""

from collections.abc import Iterator
from typing import Any

import psycopg

Step = tuple[str, str, dict[str, Any]]


def draw(connection: psycopg.Connection[Any], orders: int) -> Iterator[Step]:
    yield "drawn movements", DRAW, {}


def steps(connection: psycopg.Connection[Any], orders: int) -> Iterator[Step]:
    yield "chain", CHAIN, {}
    yield "movements", MOVEMENTS, {}
    yield "balances", BALANCES, {}


# A quarter's goods come in before its first order, so that no balance was ever below zero.
DRAW = """
CREATE UNLOGGED TABLE made.moves AS
WITH line AS (SELECT (l.sku_id - 1) * 5 + l.site_id AS level_id, l.id, l.ordered, l.cancelled, o.placed_at,
                     o.touched_at, o.shipped_at
                FROM made.lines l JOIN made.orders o ON o.id = l.order_id WHERE o.kind <> 'history')
SELECT id AS level_id, now() - interval '1110 days' AS at, 1 AS rank, (5 + floor(60 * random()))::int AS on_hand,
       0 AS allocated, 'opening' AS reason, 'adjustment' AS reference_type, 0::bigint AS reference_id
  FROM stock_levels
UNION ALL
SELECT level_id, date_trunc('quarter', placed_at), 2, sum(ordered)::int, 0, 'receipt', 'adjustment', 0
  FROM line GROUP BY 1, 2
UNION ALL
SELECT level_id, placed_at, 3, 0, ordered, 'allocate', 'order_line', id FROM line
UNION ALL
SELECT level_id, touched_at, 4, 0, -cancelled, 'cancel', 'order_line', id FROM line WHERE cancelled > 0
UNION ALL
SELECT level_id, shipped_at, 5, cancelled - ordered, cancelled - ordered, 'ship', 'order_line', id
  FROM line WHERE ordered > cancelled
"""

# As app.inventory.chain writes it; verify recomputes it with that.
CHAIN = """
CREATE FUNCTION made.extend(bytea, bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS 'SELECT sha256($1 || $2)';
CREATE AGGREGATE made.chain (bytea) (SFUNC = made.extend, STYPE = bytea, INITCOND = '')
"""

MOVEMENTS = """
INSERT INTO stock_movements (id, stock_level_id, sequence, on_hand, allocated, reserved, unavailable, condition, reason,
    reference_type, reference_id, actor, request_id, occurred_at, chain, recorded_at)
SELECT id, level_id, sequence, on_hand, allocated, 0, 0, 'good', reason, reference_type, reference_id, 'system', '', at,
       made.chain(convert_to(level_id || E'\\x1f' || sequence || E'\\x1f' || on_hand || E'\\x1f' || allocated
           || E'\\x1f0\\x1f0\\x1f\\x1f\\x1fgood\\x1f' || reason || E'\\x1f' || reference_type || E'\\x1f'
           || reference_id || E'\\x1fsystem\\x1f\\x1f' || (extract(epoch FROM at) * 1000000)::bigint || E'\\x1f',
           'UTF8')) OVER (PARTITION BY level_id ORDER BY sequence), at
  FROM (SELECT row_number() OVER (ORDER BY at, rank, level_id, reference_id) AS id, m.*,
               row_number() OVER (PARTITION BY level_id ORDER BY at, rank, reference_id) AS sequence
          FROM made.moves m) numbered
 ORDER BY id
"""

BALANCES = """
UPDATE stock_levels v SET on_hand = m.on_hand, allocated = m.allocated, sequence = m.sequence, chain = m.chain
  FROM (SELECT stock_level_id, sum(on_hand) AS on_hand, sum(allocated) AS allocated, max(sequence) AS sequence,
               (array_agg(chain ORDER BY sequence DESC))[1] AS chain FROM stock_movements GROUP BY 1) m
 WHERE m.stock_level_id = v.id;
INSERT INTO bin_stock (sku_id, site_id, quantity) SELECT sku_id, site_id, on_hand FROM stock_levels
"""
