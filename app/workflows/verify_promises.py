"""Pegs against what is to come and what waits; promises against one another and their orders."""

from app.workflows.comparison import Comparison

SUPPLY = "i.source || ' line ' || i.source_id AS supply"

COUNTED = Comparison(
    "pegged units of supply",
    f"""
    SELECT {SUPPLY}, i.pegged, coalesce(p.quantity, 0) AS rested
      FROM incoming i LEFT JOIN (SELECT incoming_id, sum(quantity) AS quantity FROM pegs GROUP BY 1) p
             ON p.incoming_id = i.id
     WHERE i.pegged <> coalesce(p.quantity, 0) ORDER BY i.id
    """,
    "{supply} says {pegged} pegged, but order lines rest on {rested} of it",
)

OVERCOMMITTED = Comparison(
    "supply that carries too much",
    f"""
    SELECT {SUPPLY}, i.quantity, sum(p.quantity) AS rested
      FROM incoming i JOIN pegs p ON p.incoming_id = i.id
     GROUP BY i.id HAVING sum(p.quantity) > i.quantity ORDER BY i.id
    """,
    "{supply}: {quantity} units are to come, but order lines rest on {rested}",
)

GONE = Comparison(
    "pegs to supply that is gone",
    """
    SELECT p.id, l.sku_code AS sku, p.quantity, coalesce(o.number, 'none') AS number
      FROM pegs p LEFT JOIN order_lines l ON l.id = p.order_line_id LEFT JOIN orders o ON o.id = l.order_id
     WHERE NOT EXISTS (SELECT FROM incoming i WHERE i.id = p.incoming_id) OR l.id IS NULL ORDER BY p.id
    """,
    "peg {id}: {quantity} units of {sku} for order {number} rest on a supply or wait for a line that is not there",
)

IDLE = Comparison(
    "pegs of lines that wait no more",
    """
    SELECT o.number, l.position, l.sku_code AS sku, l.backordered, sum(p.quantity) AS rested
      FROM pegs p JOIN order_lines l ON l.id = p.order_line_id JOIN orders o ON o.id = l.order_id
     GROUP BY o.id, l.id HAVING sum(p.quantity) > l.backordered ORDER BY l.id
    """,
    "order {number}, line {position} ({sku}): {backordered} units wait, but {rested} rest on what is to come",
)

PEGGED_GOODS = Comparison(
    "pegs to the right goods",
    f"""
    SELECT p.id, o.number, l.position, l.sku_code AS sku, s.code AS supplied, {SUPPLY}
      FROM pegs p JOIN order_lines l ON l.id = p.order_line_id JOIN orders o ON o.id = l.order_id
      JOIN incoming i ON i.id = p.incoming_id JOIN skus s ON s.id = i.sku_id
     WHERE i.sku_id <> l.sku_id ORDER BY p.id
    """,
    "peg {id}: order {number}, line {position} waits for {sku}, but {supply} brings {supplied}",
)

HOMELESS = Comparison(
    "promises with their orders",
    """
    SELECT p.id, p.order_id, coalesce(o.number, 'none') AS number, p.order_line_id
      FROM promises p LEFT JOIN orders o ON o.id = p.order_id LEFT JOIN order_lines l ON l.id = p.order_line_id
     WHERE o.id IS NULL OR (p.order_line_id IS NOT NULL AND (l.id IS NULL OR l.order_id <> p.order_id)) ORDER BY p.id
    """,
    "promise {id} was made for order id {order_id} (number {number}), but its order or its line {order_line_id} is not"
    " there or another's",
)

SEQUENCE = Comparison(
    "promises after one another",
    """
    SELECT id, number, what, coalesce(previous_at::text, 'none') AS says, coalesce(before::text, 'none') AS before
      FROM (SELECT p.id, o.number, p.previous_at,
                   CASE WHEN p.order_line_id IS NULL THEN 'the whole' ELSE 'line ' || l.position END AS what,
                   lag(p.promised_at) OVER mine AS before, row_number() OVER mine AS place
              FROM promises p JOIN orders o ON o.id = p.order_id LEFT JOIN order_lines l ON l.id = p.order_line_id
            WINDOW mine AS (PARTITION BY p.order_id, p.order_line_id ORDER BY p.id)) told
     WHERE place > 1 AND previous_at IS DISTINCT FROM before ORDER BY id
    """,
    "promise {id} of order {number}, {what}, says that {says} was promised before; the one before it says {before}",
)

FIRST = Comparison(
    "first promises",
    """
    SELECT o.number, coalesce(o.promised_at::text, 'none') AS kept, p.promised_at::text AS made
      FROM promises p JOIN orders o ON o.id = p.order_id
     WHERE p.order_line_id IS NULL AND p.cause = 'first' AND o.promised_at IS DISTINCT FROM p.promised_at
     ORDER BY p.id
    """,
    "order {number} was first promised for {made}, but says {kept}",
)

TURNS = Comparison(
    "turns of those who wait",
    """
    SELECT o.number, l.position, l.sku_code AS sku, l.promised_on, l.placed_at, o.placed_at AS ordered_at,
           coalesce(p.expected_on, '9999-12-31') AS expected_on
      FROM order_lines l JOIN orders o ON o.id = l.order_id
      LEFT JOIN LATERAL (SELECT expected_on FROM promises WHERE order_line_id = l.id ORDER BY id DESC LIMIT 1) p ON true
     WHERE l.backordered > 0
       AND (l.placed_at <> o.placed_at OR l.promised_on <> coalesce(p.expected_on, '9999-12-31')) ORDER BY l.id
    """,
    "order {number}, line {position} ({sku}) waits as if placed {placed_at} and promised for {promised_on}, but it was"
    " placed {ordered_at} and is promised for {expected_on}",
)

CHECKS = (COUNTED, OVERCOMMITTED, GONE, IDLE, PEGGED_GOODS, HOMELESS, SEQUENCE, FIRST, TURNS)
