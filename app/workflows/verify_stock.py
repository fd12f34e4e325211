"""Stock: balances, bins and promises against what they are sums of."""

from app.workflows.comparison import Comparison

LEVELS = """
    stock_levels l JOIN skus ON skus.id = l.sku_id JOIN sites ON sites.id = l.site_id
"""

BALANCES = Comparison(
    "stock balances",
    f"""
    SELECT skus.code AS sku, sites.code AS site, l.on_hand, l.allocated, l.reserved, l.unavailable,
           coalesce(m.on_hand, 0) AS on_hand_sum, coalesce(m.allocated, 0) AS allocated_sum,
           coalesce(m.reserved, 0) AS reserved_sum, coalesce(m.unavailable, 0) AS unavailable_sum
      FROM {LEVELS}
      LEFT JOIN (SELECT stock_level_id, sum(on_hand) AS on_hand, sum(allocated) AS allocated,
                        sum(reserved) AS reserved, sum(unavailable) AS unavailable
                   FROM stock_movements GROUP BY 1) m ON m.stock_level_id = l.id
     WHERE (l.on_hand, l.allocated, l.reserved, l.unavailable) <>
           (coalesce(m.on_hand, 0), coalesce(m.allocated, 0), coalesce(m.reserved, 0), coalesce(m.unavailable, 0))
     ORDER BY l.id
    """,
    "stock of {sku} at {site} says on hand {on_hand}, allocated {allocated}, reserved {reserved}, unavailable"
    " {unavailable}; its movements sum to {on_hand_sum}, {allocated_sum}, {reserved_sum}, {unavailable_sum}",
)

ORPHANS = Comparison(
    "movements without a stock level",
    """
    SELECT stock_level_id, count(*) AS movements FROM stock_movements
     WHERE NOT EXISTS (SELECT FROM stock_levels l WHERE l.id = stock_level_id) GROUP BY 1 ORDER BY 1
    """,
    "stock level {stock_level_id} is gone, but {movements} movements of it stand",
)

BINS = Comparison(
    "bins and lots",
    """
    SELECT skus.code AS sku, sites.code AS site, coalesce('bin ' || bins.code, 'no bin') AS bin,
           coalesce('lot ' || lots.code, 'no lot') AS lot, b.condition, b.kept, b.moved
      FROM (SELECT sku_id, site_id, bin_id, lot_id, condition, sum(kept) AS kept, sum(moved) AS moved
              FROM (SELECT sku_id, site_id, bin_id, lot_id, condition, quantity AS kept, 0 AS moved FROM bin_stock
                    UNION ALL
                    SELECT l.sku_id, l.site_id, m.bin_id, m.lot_id, m.condition, 0, m.on_hand
                      FROM stock_movements m JOIN stock_levels l ON l.id = m.stock_level_id
                     WHERE m.on_hand <> 0) both_ways
             GROUP BY 1, 2, 3, 4, 5 HAVING sum(kept) <> sum(moved)) b
      JOIN skus ON skus.id = b.sku_id JOIN sites ON sites.id = b.site_id
      LEFT JOIN bins ON bins.id = b.bin_id LEFT JOIN lots ON lots.id = b.lot_id
     ORDER BY b.sku_id, b.site_id, b.bin_id, b.lot_id, b.condition
    """,
    "{sku} at {site}, {bin}, {lot}, {condition}: {kept} units are written there, the movements sum to {moved}",
)

BIN_SUMS = Comparison(
    "bins against on hand",
    f"""
    SELECT skus.code AS sku, sites.code AS site, l.on_hand, coalesce(b.quantity, 0) AS in_bins
      FROM {LEVELS}
      LEFT JOIN (SELECT sku_id, site_id, sum(quantity) AS quantity FROM bin_stock GROUP BY 1, 2) b
             ON b.sku_id = l.sku_id AND b.site_id = l.site_id
     WHERE l.on_hand <> coalesce(b.quantity, 0) ORDER BY l.id
    """,
    "{sku} at {site}: {on_hand} on hand, but bins and lots hold {in_bins}",
)

STRAYS = Comparison(
    "places of the right site and goods",
    """
    SELECT skus.code AS sku, sites.code AS site, b.quantity,
           CASE WHEN bins.site_id <> b.site_id THEN 'lies in a bin of another site (' || bins.code || ')'
                ELSE 'is of a lot of other goods (' || lots.code || ')' END AS what
      FROM bin_stock b JOIN skus ON skus.id = b.sku_id JOIN sites ON sites.id = b.site_id
      LEFT JOIN bins ON bins.id = b.bin_id LEFT JOIN lots ON lots.id = b.lot_id
     WHERE bins.site_id <> b.site_id OR lots.sku_id <> b.sku_id ORDER BY b.id
    """,
    "{sku} at {site}: what is written as {quantity} units {what}",
)

CONDITIONS = Comparison(
    "conditions against unavailable",
    f"""
    SELECT skus.code AS sku, sites.code AS site, l.unavailable, coalesce(b.quantity, 0) AS unsellable
      FROM {LEVELS}
      LEFT JOIN (SELECT sku_id, site_id, sum(quantity) AS quantity FROM bin_stock WHERE condition <> 'good'
                  GROUP BY 1, 2) b ON b.sku_id = l.sku_id AND b.site_id = l.site_id
     WHERE l.unavailable <> coalesce(b.quantity, 0) ORDER BY l.id
    """,
    "{sku} at {site}: {unavailable} unavailable, but {unsellable} lie there in a condition that is not sold",
)

PICKS = Comparison(
    "picked units in totes",
    """
    SELECT o.number, f.part, l.sku_code AS sku, l.picked - l.shipped AS picked, coalesce(h.quantity, 0) AS held
      FROM fulfilment_lines l JOIN fulfilment_orders f ON f.id = l.fulfilment_order_id
      JOIN orders o ON o.id = f.order_id
      LEFT JOIN (SELECT fulfilment_line_id, sum(quantity) AS quantity FROM held_picks GROUP BY 1) h
             ON h.fulfilment_line_id = l.id
     WHERE l.picked - l.shipped <> coalesce(h.quantity, 0) ORDER BY l.id
    """,
    "order {number}, part {part} ({sku}): {picked} picked and not gone, but {held} are kept as lying in totes",
)

LEVEL_PROMISES = Comparison(
    "promises by stock level",
    f"""
    SELECT skus.code AS sku, sites.code AS site, l.allocated, coalesce(a.quantity, 0) AS promised
      FROM {LEVELS}
      LEFT JOIN (SELECT stock_level_id, sum(quantity) AS quantity FROM allocations GROUP BY 1) a
             ON a.stock_level_id = l.id
     WHERE l.allocated <> coalesce(a.quantity, 0) ORDER BY l.id
    """,
    "{sku} at {site}: {allocated} allocated, but order lines are promised {promised}",
)

LINE_PROMISES = Comparison(
    "promises by order line",
    """
    SELECT o.number, l.position, l.sku_code AS sku, l.allocated, coalesce(a.quantity, 0) AS promised
      FROM order_lines l JOIN orders o ON o.id = l.order_id
      LEFT JOIN (SELECT order_line_id, sum(quantity) AS quantity FROM allocations GROUP BY 1) a
             ON a.order_line_id = l.id
     WHERE l.allocated <> coalesce(a.quantity, 0) ORDER BY l.id
    """,
    "order {number}, line {position} ({sku}): says {allocated} allocated, but {promised} are promised to it",
)

PROMISED_GOODS = Comparison(
    "promises of the right goods",
    """
    SELECT a.id, o.number, l.position, l.sku_code AS sku, s.code AS promised_sku
      FROM allocations a JOIN order_lines l ON l.id = a.order_line_id JOIN orders o ON o.id = l.order_id
      JOIN stock_levels v ON v.id = a.stock_level_id JOIN skus s ON s.id = v.sku_id
     WHERE v.sku_id <> l.sku_id OR a.order_id <> l.order_id ORDER BY a.id
    """,
    "allocation {id} promises {promised_sku} to order {number}, line {position}, which asks for {sku} or is another's",
)

CHECKS = (BALANCES, ORPHANS, BINS, BIN_SUMS, STRAYS, CONDITIONS, PICKS, LEVEL_PROMISES, LINE_PROMISES, PROMISED_GOODS)
