"""Customers, orders, lines and the work on them, over three years; ids run with time."""

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg

from app.orders.owed import kept
from app.workflows.demo.words import STREETS
from tests.bench.data.goods import GOODS
from tests.bench.data.words import CARRIERS, FIRST_NAMES, LAST_NAMES, NOTES

Step = tuple[str, str, dict[str, Any]]


def draw(connection: psycopg.Connection[Any], orders: int) -> Iterator[Step]:
    return _given(DRAWN, orders)


def steps(connection: psycopg.Connection[Any], orders: int) -> Iterator[Step]:
    return _given(WRITTEN, orders)


def _given(statements: Mapping[str, str], orders: int) -> Iterator[Step]:
    values: dict[str, Any] = {
        "orders": orders,
        "customers": max(20, orders // 5),
        "goods": GOODS,
        "first": list(FIRST_NAMES),
        "last": list(LAST_NAMES),
        "streets": list(STREETS),
        "carriers": list(CARRIERS),
        "notes": list(NOTES),
    }
    for name, statement in statements.items():
        yield name, statement, {key: value for key, value in values.items() if f"%({key})s" in statement}


# Kinds: 5 % history, 3 % cancelled, 2 % cancelled in part; the newest are still on their way.
DRAW_ORDERS = """
CREATE UNLOGGED TABLE made.orders AS
SELECT id, kind, placed_at, released_at, packed_at, shipped_at, shipped_at + d4 AS delivered_at,
       placed_at + interval '1 minute' + d1 / 20 AS touched_at, customer_id, place_id, lines, is_split, is_paid,
       channel_id, shipping_minor, has_note
  FROM (SELECT n AS id, CASE WHEN lot < 0.05 THEN 'history' WHEN lot < 0.08 THEN 'cancelled' WHEN lot < 0.10
               THEN 'shortened' WHEN n > 0.997 * %(orders)s THEN 'shipped' ELSE 'delivered' END AS kind,
               at AS placed_at,
               at + d1 AS released_at, at + d1 + d2 AS packed_at, at + d1 + d2 + d3 AS shipped_at, d1, d4,
               1 + floor(%(customers)s * power(random(), 1.5))::int AS customer_id, 1 + floor(24 * random())::int
               AS place_id, 1 + floor(5 * random())::int AS lines, random() < 0.08 AS is_split,
               random() < 0.9 AS is_paid,
               (ARRAY[1, 1, 1, 2, 3])[1 + floor(5 * random())::int]::bigint AS channel_id,
               (ARRAY[0, 490, 490, 990])[1 + floor(4 * random())::int]::bigint AS shipping_minor,
               random() < 0.03 AS has_note
          FROM (SELECT n, random() AS lot, interval '20 hours' * random() + interval '2 hours' AS d1,
                       interval '4 hours' * random() + interval '1 hour' AS d2,
                       interval '6 hours' * random() + interval '10 minutes' AS d3,
                       interval '70 hours' * random() + interval '20 hours' AS d4,
                       date_trunc('second', now() - interval '1105 days' + interval '1099 days'
                           * power(n::float8 / %(orders)s, 0.8) + interval '4 hours' * (random() - 0.5)) AS at
                  FROM generate_series(1, %(orders)s) n) times) drawn
"""

# The two parts of a split order share no SKU: each came from where the other was not to be had.
DRAW_LINES = """
CREATE UNLOGGED TABLE made.lines AS
SELECT row_number() OVER (ORDER BY d.order_id, d.position) AS id, d.order_id, d.position, d.part, g.id AS sku_id,
       g.code AS sku_code, g.name, d.ordered, d.discount_bp, d.site_id,
       CASE WHEN d.kind = 'cancelled' THEN d.ordered WHEN d.kind = 'shortened' AND d.position = 1 THEN 1 ELSE 0 END
           AS cancelled, (d.ordered * g.minor * (10000 - d.discount_bp) + 5000) / 10000 AS total_minor
  FROM (SELECT o.id AS order_id, o.kind, position, CASE WHEN o.is_split AND position > 1 THEN 2 ELSE 1 END AS part,
               CASE WHEN o.is_split AND position > 1 THEN p.second ELSE p.nearest END AS site_id,
               CASE WHEN NOT is_split THEN 1 + floor(%(goods)s * power(random(), 2))::int
                    WHEN position = 1 THEN %(goods)s - floor(%(goods)s / 2 * power(random(), 2))::int
                    ELSE 1 + floor(%(goods)s / 2 * power(random(), 2))::int END AS sku_id,
               (ARRAY[1, 1, 1, 2, 2, 3, 5])[1 + floor(7 * random())::int]
                   + CASE WHEN o.kind = 'shortened' THEN 1 ELSE 0 END AS ordered,
               (ARRAY[0, 0, 0, 1000, 2000])[1 + floor(5 * random())::int] AS discount_bp
          FROM made.orders o JOIN made.places p ON p.id = o.place_id, generate_series(1, o.lines) position) d
  JOIN made.goods g ON g.id = d.sku_id
"""

SUMS = f"""
CREATE UNLOGGED TABLE made.sums AS
SELECT order_id, sum(total_minor)::bigint AS goods_minor, sum({kept("total_minor")})::bigint AS kept_minor
  FROM made.lines l GROUP BY 1
"""

CUSTOMERS = """
INSERT INTO customers (id, name, email, phone)
SELECT n, (%(first)s::text[])[1 + floor(cardinality(%(first)s::text[]) * power(random(), 1.5))::int] || ' '
          || (%(last)s::text[])[1 + floor(cardinality(%(last)s::text[]) * power(random(), 1.5))::int],
       'buyer' || n || '@example.com', '+1202555' || lpad((n %% 10000)::text, 4, '0')
  FROM generate_series(1, %(customers)s) n
"""

ORDERS = """
INSERT INTO orders (id, number, channel_id, external_number, customer_id, zone_id, sales_region, currency, goods_minor,
    shipping_minor, tax_minor, total_minor, paid_minor, status, payment_status, fulfilment_status, is_history,
    tracking_key, event_sequence, placed_at, recorded_at, promised_at, shipped_at, delivered_at)
SELECT o.id, 'W-' || 100000 + o.id, o.channel_id, 'P-' || lpad(o.id::text, 8, '0'), o.customer_id, 1, p.region, 'USD',
       s.goods_minor, o.shipping_minor, 0, s.goods_minor + o.shipping_minor, CASE WHEN o.is_paid
       AND kind IN ('delivered', 'shipped', 'shortened') THEN s.kept_minor + o.shipping_minor ELSE 0 END,
       CASE WHEN kind IN ('cancelled', 'shipped') THEN kind ELSE 'delivered' END,
       CASE WHEN kind = 'cancelled' THEN 'void' WHEN kind = 'history' THEN 'not_recorded' WHEN o.is_paid THEN 'paid'
            ELSE 'unpaid' END,
       CASE WHEN kind IN ('cancelled', 'shipped') THEN kind ELSE 'delivered' END, kind = 'history',
       replace(replace(left(encode(sha256(('key' || o.id)::bytea), 'base64'), 32), '+', '-'), '/', '_'),
       e.events, o.placed_at, o.placed_at, o.placed_at + interval '5 days',
       CASE WHEN kind <> 'cancelled' THEN o.shipped_at END,
       CASE WHEN kind NOT IN ('cancelled', 'shipped') THEN o.delivered_at END
  FROM made.orders o JOIN made.sums s ON s.order_id = o.id JOIN made.places p ON p.id = o.place_id
  JOIN made.counts e ON e.subject = 'orders' AND e.subject_id = o.id ORDER BY o.id
"""

CONTACTS = """
INSERT INTO order_contacts
SELECT o.id, c.name, c.email, c.phone, (1 + o.customer_id %% 240) || ' '
       || (%(streets)s::text[])[1 + o.customer_id %% cardinality(%(streets)s::text[])], p.city, p.state, p.postal_code,
       'US', p.latitude_e6, p.longitude_e6
  FROM made.orders o JOIN customers c ON c.id = o.customer_id JOIN made.places p ON p.id = o.place_id ORDER BY o.id
"""

LINES = """
INSERT INTO order_lines (id, order_id, position, sku_id, sku_code, name, total_minor, discount_bp, ordered, shipped,
    delivered, cancelled)
SELECT l.id, order_id, position, sku_id, sku_code, name, total_minor, discount_bp, ordered, ordered - cancelled,
       CASE WHEN o.kind = 'shipped' THEN 0 ELSE ordered - cancelled END, cancelled
  FROM made.lines l JOIN made.orders o ON o.id = l.order_id ORDER BY l.id
"""

PARTS = """
CREATE UNLOGGED TABLE made.parts AS
SELECT row_number() OVER (ORDER BY order_id, part) AS id, p.*
  FROM (SELECT order_id, part, min(site_id) AS site_id, sum(ordered - cancelled) AS units
          FROM made.lines GROUP BY 1, 2) p JOIN made.orders o ON o.id = p.order_id WHERE o.kind <> 'history'
"""

WORK = """
INSERT INTO fulfilment_orders (id, order_id, part, site_id, state, created_at, released_at)
SELECT p.id, order_id, part, site_id, CASE WHEN kind = 'cancelled' THEN kind ELSE 'shipped' END, placed_at,
       CASE WHEN kind <> 'cancelled' THEN released_at END
  FROM made.parts p JOIN made.orders o ON o.id = p.order_id ORDER BY p.id
"""

WORK_LINES = """
INSERT INTO fulfilment_lines (id, fulfilment_order_id, order_line_id, sku_id, sku_code, name, quantity, picked, packed,
    shipped)
SELECT l.id, p.id, l.id, sku_id, sku_code, name, ordered - cancelled, ordered - cancelled, ordered - cancelled,
       ordered - cancelled
  FROM made.lines l JOIN made.parts p USING (order_id, part) ORDER BY l.id
"""

PARCELS = """
INSERT INTO parcels (id, fulfilment_order_id, order_id, part, state, carrier, tracking_number, packed_at, shipped_at,
    delivered_at)
SELECT p.id, p.id, order_id, 1, CASE WHEN kind = 'shipped' THEN kind ELSE 'delivered' END,
       (%(carriers)s::text[])[1 + p.id %% 3], 'PP' || 1000000000 + p.id * 7, packed_at, shipped_at,
       CASE WHEN kind <> 'shipped' THEN delivered_at END
  FROM made.parts p JOIN made.orders o ON o.id = p.order_id WHERE kind <> 'cancelled' ORDER BY p.id
"""

PARCEL_LINES = """
INSERT INTO parcel_lines (parcel_id, fulfilment_line_id, quantity)
SELECT w.fulfilment_order_id, w.id, w.quantity FROM fulfilment_lines w WHERE w.quantity > 0 ORDER BY w.id
"""

PAYMENTS = """
INSERT INTO payment_entries (id, order_id, kind, amount_minor, currency, method, reference, actor, request_id,
    occurred_at)
SELECT id, id, 'payment', paid_minor, currency, 'bank_transfer', 'T-' || id, 'system', '', placed_at + interval '1 hour'
  FROM orders WHERE paid_minor > 0 ORDER BY id
"""

NOTED = """
INSERT INTO order_notes (id, order_id, body, written_by, written_at)
SELECT row_number() OVER (ORDER BY id), id, (%(notes)s::text[])[1 + id %% cardinality(%(notes)s::text[])], 'system',
       touched_at
  FROM made.orders WHERE has_note ORDER BY id
"""

DRAWN = {
    "drawn orders": DRAW_ORDERS,
    "drawn lines": DRAW_LINES,
    "sums": SUMS,
    "parts": PARTS,
    "looked at": "ANALYZE made.orders, made.lines, made.sums, made.parts",
}
WRITTEN = {
    "customers": CUSTOMERS,
    "orders": ORDERS,
    "contacts": CONTACTS,
    "lines": LINES,
    "work": WORK,
    "lines of work": WORK_LINES,
    "parcels": PARCELS,
    "lines of parcels": PARCEL_LINES,
    "payments": PAYMENTS,
    "notes": NOTED,
}
