"""Lots, numbered units and what is set aside, against the stock that they speak of."""

from app.workflows.comparison import Comparison

PLACE = "coalesce('bin ' || bins.code, 'no bin') AS bin, coalesce('lot ' || lots.code, 'no lot') AS lot"

SAME_PLACE = """
    b.sku_id = n.sku_id AND b.site_id = n.site_id AND b.condition = n.condition
    AND b.bin_id IS NOT DISTINCT FROM n.bin_id AND b.lot_id IS NOT DISTINCT FROM n.lot_id
"""

NUMBERS = Comparison(
    "numbers against units",
    f"""
    SELECT skus.code AS sku, sites.code AS site, {PLACE}, n.condition, n.numbers, coalesce(b.quantity, 0) AS units
      FROM (SELECT sku_id, site_id, bin_id, lot_id, condition, count(*) AS numbers FROM serials
             WHERE site_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5) n
      LEFT JOIN bin_stock b ON {SAME_PLACE}
      JOIN skus ON skus.id = n.sku_id JOIN sites ON sites.id = n.site_id
      LEFT JOIN bins ON bins.id = n.bin_id LEFT JOIN lots ON lots.id = n.lot_id
     WHERE n.numbers > coalesce(b.quantity, 0) ORDER BY n.sku_id, n.site_id, n.bin_id, n.lot_id
    """,
    "{sku} at {site}, {bin}, {lot}, {condition}: {numbers} numbers lie there, but {units} units",
)

PICKED_NUMBERS = Comparison(
    "picked numbers in totes",
    """
    SELECT skus.code AS sku, n.code AS number, n.state, count(h.id) AS held
      FROM serials n JOIN skus ON skus.id = n.sku_id LEFT JOIN held_picks h ON h.serial_id = n.id
     GROUP BY n.id, skus.code HAVING count(h.id) <> CASE n.state WHEN 'picked' THEN 1 ELSE 0 END ORDER BY n.id
    """,
    "number {number} of {sku} is {state}, but {held} totes are said to hold it",
)

SHIPPED_NUMBERS = Comparison(
    "shipped numbers",
    """
    SELECT skus.code AS sku, n.code AS number, n.state, coalesce(l.sku_code, 'no line') AS line
      FROM serials n JOIN skus ON skus.id = n.sku_id LEFT JOIN order_lines l ON l.id = n.order_line_id
     WHERE (n.state = 'shipped') <> (n.order_line_id IS NOT NULL)
        OR (n.order_line_id IS NOT NULL AND l.sku_id IS DISTINCT FROM n.sku_id) ORDER BY n.id
    """,
    "number {number} of {sku} is {state}, and its order line says {line}",
)

SHIPPED_COUNTS = Comparison(
    "shipped numbers by order line",
    """
    SELECT o.number, l.position, l.sku_code AS sku, l.shipped, count(*) AS numbers
      FROM serials n JOIN order_lines l ON l.id = n.order_line_id JOIN orders o ON o.id = l.order_id
     GROUP BY o.number, l.id HAVING count(*) > l.shipped ORDER BY l.id
    """,
    "order {number}, line {position} ({sku}): {shipped} shipped, but {numbers} numbers went with it",
)

HISTORIES = Comparison(
    "histories of numbers",
    """
    SELECT skus.code AS sku, n.code AS number, n.state, coalesce(m.state, 'nothing') AS told
      FROM serials n JOIN skus ON skus.id = n.sku_id
      LEFT JOIN LATERAL (SELECT state, site_id, bin_id, condition FROM serial_moves WHERE serial_id = n.id
                          ORDER BY id DESC LIMIT 1) m ON true
     WHERE (n.state, n.condition) IS DISTINCT FROM (m.state, m.condition)
        OR (n.site_id, n.bin_id) IS DISTINCT FROM (m.site_id, m.bin_id) ORDER BY n.id
    """,
    "number {number} of {sku} is {state} or lies elsewhere; its history ends with {told}",
)

LOST_HISTORIES = Comparison(
    "histories without a number",
    """
    SELECT serial_id, count(*) AS moves FROM serial_moves m
     WHERE NOT EXISTS (SELECT FROM serials s WHERE s.id = m.serial_id) GROUP BY 1 ORDER BY 1
    """,
    "numbered unit {serial_id} is gone, but {moves} lines of its history stand",
)

FROZEN = Comparison(
    "frozen lots",
    """
    SELECT skus.code AS sku, t.code AS lot, sites.code AS site, b.good, coalesce(h.held, 0) AS held
      FROM (SELECT lot_id, site_id, sum(quantity) AS good FROM bin_stock WHERE condition = 'good' AND quantity > 0
             GROUP BY 1, 2) b
      JOIN lots t ON t.id = b.lot_id AND t.frozen_at IS NOT NULL
      JOIN skus ON skus.id = t.sku_id JOIN sites ON sites.id = b.site_id
      LEFT JOIN (SELECT p.lot_id, f.site_id, sum(p.quantity) AS held FROM held_picks p
                   JOIN fulfilment_lines l ON l.id = p.fulfilment_line_id
                   JOIN fulfilment_orders f ON f.id = l.fulfilment_order_id GROUP BY 1, 2) h
        ON h.lot_id = b.lot_id AND h.site_id = b.site_id
     WHERE b.good > coalesce(h.held, 0) ORDER BY t.id, b.site_id
    """,
    "lot {lot} of {sku} is frozen, but {good} good units lie at {site}, of which {held} are picked",
)

HELD_LOTS = Comparison(
    "lots of picked units",
    """
    SELECT o.number, f.part, l.sku_code AS sku, t.code AS lot, s.code AS lot_sku
      FROM held_picks h JOIN lots t ON t.id = h.lot_id JOIN skus s ON s.id = t.sku_id
      JOIN fulfilment_lines l ON l.id = h.fulfilment_line_id
      JOIN fulfilment_orders f ON f.id = l.fulfilment_order_id JOIN orders o ON o.id = f.order_id
     WHERE t.sku_id <> l.sku_id ORDER BY h.id
    """,
    "order {number}, part {part}: what was picked as {sku} is of lot {lot}, which is of {lot_sku}",
)

LOOSE_LOTS = Comparison(
    "lots in totes",
    """
    SELECT skus.code AS sku, sites.code AS site, coalesce('lot ' || lots.code, 'no lot') AS lot, n.held,
           coalesce(b.quantity, 0) AS units
      FROM (SELECT l.sku_id, f.site_id, h.lot_id, sum(h.quantity) AS held FROM held_picks h
              JOIN fulfilment_lines l ON l.id = h.fulfilment_line_id
              JOIN fulfilment_orders f ON f.id = l.fulfilment_order_id GROUP BY 1, 2, 3) n
      LEFT JOIN bin_stock b ON b.sku_id = n.sku_id AND b.site_id = n.site_id AND b.condition = 'good'
       AND b.bin_id IS NULL AND b.lot_id IS NOT DISTINCT FROM n.lot_id
      JOIN skus ON skus.id = n.sku_id JOIN sites ON sites.id = n.site_id LEFT JOIN lots ON lots.id = n.lot_id
     WHERE n.held > coalesce(b.quantity, 0) ORDER BY n.sku_id, n.site_id, n.lot_id
    """,
    "{sku} at {site}, {lot}: {held} units are picked, but {units} lie in totes",
)

CASES = Comparison(
    "cases against what is set aside",
    """
    SELECT skus.code AS sku, sites.code AS site, n.condition, coalesce('lot ' || lots.code, 'no lot') AS lot, n.left,
           coalesce(b.units, 0) AS units
      FROM (SELECT sku_id, site_id, lot_id, condition, sum(quantity_left) AS left FROM quarantine_cases
             WHERE closed_at IS NULL GROUP BY 1, 2, 3, 4) n
      LEFT JOIN (SELECT sku_id, site_id, lot_id, condition, sum(quantity) AS units FROM bin_stock GROUP BY 1, 2, 3, 4) b
        ON b.sku_id = n.sku_id AND b.site_id = n.site_id AND b.condition = n.condition
       AND b.lot_id IS NOT DISTINCT FROM n.lot_id
      JOIN skus ON skus.id = n.sku_id JOIN sites ON sites.id = n.site_id LEFT JOIN lots ON lots.id = n.lot_id
     WHERE n.left > coalesce(b.units, 0) ORDER BY n.sku_id, n.site_id, n.condition, n.lot_id
    """,
    "{sku} at {site}, {lot}, {condition}: cases speak of {left} units, but {units} lie there",
)

CASE_SUMS = Comparison(
    "decisions on cases",
    """
    SELECT c.id, c.quantity, c.quantity_left AS left, coalesce(a.decided, 0) AS decided FROM quarantine_cases c
      LEFT JOIN (SELECT case_id, sum(quantity) AS decided FROM quarantine_acts GROUP BY 1) a ON a.case_id = c.id
     WHERE c.quantity - c.quantity_left <> coalesce(a.decided, 0) ORDER BY c.id
    """,
    "case {id}: of {quantity} units {left} are left, but {decided} were decided about",
)

CASE_NUMBERS = Comparison(
    "numbers of cases",
    """
    SELECT c.id, skus.code AS sku, n.code AS number, n.state, n.condition, coalesce(h.code, 'no site') AS lies,
           c.condition AS said, sites.code AS site
      FROM quarantine_cases c JOIN serials n ON n.id = c.serial_id JOIN skus ON skus.id = n.sku_id
      JOIN sites ON sites.id = c.site_id LEFT JOIN sites h ON h.id = n.site_id
     WHERE c.closed_at IS NULL
       AND (n.sku_id, n.state, n.site_id, n.condition)
           IS DISTINCT FROM (c.sku_id, 'in_stock', c.site_id, c.condition)
     ORDER BY c.id
    """,
    "case {id}: number {number} of {sku} should lie at {site}, {said}, but is {state} at {lies}, {condition}",
)

LOTS_OF_OTHERS = Comparison(
    "lots of the right goods",
    """
    SELECT skus.code AS sku, sites.code AS site, t.code AS lot, s.code AS lot_sku, b.quantity
      FROM bin_stock b JOIN lots t ON t.id = b.lot_id AND t.sku_id <> b.sku_id JOIN skus ON skus.id = b.sku_id
      JOIN skus s ON s.id = t.sku_id JOIN sites ON sites.id = b.site_id WHERE b.quantity > 0 ORDER BY b.id
    """,
    "{quantity} units of {sku} at {site} are said to be of lot {lot}, which is of {lot_sku}",
)

CHECKS = (
    NUMBERS,
    PICKED_NUMBERS,
    SHIPPED_NUMBERS,
    SHIPPED_COUNTS,
    HISTORIES,
    LOST_HISTORIES,
    FROZEN,
    HELD_LOTS,
    LOOSE_LOTS,
    CASES,
    CASE_SUMS,
    CASE_NUMBERS,
    LOTS_OF_OTHERS,
)
