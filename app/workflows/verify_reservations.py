"""Reservations: counters against what carts and quotes hold, and what should be gone."""

from app.workflows.comparison import Comparison

RESERVED = Comparison(
    "reservations by stock level",
    """
    SELECT skus.code AS sku, sites.code AS site, l.reserved, coalesce(r.quantity, 0) AS held
      FROM stock_levels l JOIN skus ON skus.id = l.sku_id JOIN sites ON sites.id = l.site_id
      LEFT JOIN (SELECT stock_level_id, sum(quantity) AS quantity FROM reservation_lines GROUP BY 1) r
             ON r.stock_level_id = l.id
     WHERE l.reserved <> coalesce(r.quantity, 0) ORDER BY l.id
    """,
    "{sku} at {site}: {reserved} reserved, but carts and quotes hold {held}",
)

OVERDUE = Comparison(
    "reservations that have run out",
    """
    SELECT r.id, r.owner, c.code AS channel, r.expires_at FROM reservations r JOIN channels c ON c.id = r.channel_id
     WHERE r.expires_at < now() - interval '1 day' ORDER BY r.id
    """,
    "reservation {id} of {owner} ({channel}) ran out at {expires_at:%Y-%m-%d %H:%M} UTC and was never ended: is the"
    " scheduler running?",
)

EMPTY = Comparison(
    "reservations of nothing",
    """
    SELECT r.id, r.owner FROM reservations r
     WHERE NOT EXISTS (SELECT FROM reservation_lines l WHERE l.reservation_id = r.id) ORDER BY r.id
    """,
    "reservation {id} of {owner} holds nothing",
)

ENDED = Comparison(
    "carts that were ordered",
    """
    SELECT e.owner, e.order_id FROM ended_reservations e LEFT JOIN orders o ON o.id = e.order_id
     WHERE e.outcome = 'ordered' AND o.id IS NULL ORDER BY e.id
    """,
    "{owner} is said to have become order {order_id}, which does not exist",
)

CHECKS = (RESERVED, OVERDUE, EMPTY, ENDED)
