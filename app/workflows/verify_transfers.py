"""Transfers and what is carried between bins, against the ledgers that they are sums of."""

from app.workflows.comparison import Comparison

LINES = """
    transfer_lines l JOIN transfers t ON t.id = l.transfer_id JOIN skus s ON s.id = l.sku_id
"""
COUNTERS = ("asked", "sent", "arrived", "lost", "returned", "found")

COUNTED = Comparison(
    "transfer counters",
    f"""
    SELECT t.number, s.code AS sku, {", ".join(f"l.{name}, coalesce(e.{name}, 0) AS {name}_sum" for name in COUNTERS)}
      FROM {LINES}
      LEFT JOIN (SELECT transfer_line_id AS line,
                        {", ".join(f"sum(quantity) FILTER (WHERE kind = '{name}') AS {name}" for name in COUNTERS)}
                   FROM transfer_entries GROUP BY 1) e ON e.line = l.id
     WHERE ({", ".join(f"l.{name}" for name in COUNTERS)})
        <> ({", ".join(f"coalesce(e.{name}, 0)" for name in COUNTERS)}) ORDER BY l.id
    """,
    "transfer {number}, {sku}: says asked {asked}, sent {sent}, arrived {arrived}, lost {lost}, returned {returned},"
    " found {found}; its entries sum to {asked_sum}, {sent_sum}, {arrived_sum}, {lost_sum}, {returned_sum},"
    " {found_sum}",
)

IDENTITY = Comparison(
    "transfer identity",
    f"""
    SELECT t.number, s.code AS sku, l.sent, l.arrived, l.lost, l.returned, l.in_transit FROM {LINES}
     WHERE l.sent <> l.arrived + l.lost + l.returned + l.in_transit OR l.in_transit < 0 ORDER BY l.id
    """,
    "transfer {number}, {sku}: {sent} were sent, but {arrived} arrived, {lost} lost, {returned} returned and"
    " {in_transit} in transit do not come to that",
)

# What a counter says must stand in the stock ledger, under the line's name, at the right site.
MOVED = Comparison(
    "transfers against stock movements",
    f"""
    SELECT t.number, s.code AS sku, l.sent, l.arrived, l.returned, l.found, coalesce(m.out, 0) AS left_site,
           coalesce(m.came, 0) AS came_in, coalesce(m.back, 0) AS came_back, coalesce(m.more, 0) AS more,
           coalesce(m.elsewhere, 0) AS elsewhere
      FROM {LINES}
      LEFT JOIN (SELECT m.reference_id AS line,
                        -sum(m.on_hand) FILTER (WHERE m.reason = 'transfer_out' AND v.site_id = t.from_site_id) AS out,
                        sum(m.on_hand) FILTER (WHERE m.reason = 'transfer_in' AND v.site_id = t.to_site_id) AS came,
                        sum(m.on_hand) FILTER (WHERE m.reason = 'transfer_back' AND v.site_id = t.from_site_id) AS back,
                        sum(m.on_hand) FILTER (WHERE m.reason = 'found' AND v.site_id = t.to_site_id) AS more,
                        count(*) FILTER (WHERE v.sku_id <> l.sku_id
                                            OR v.site_id NOT IN (t.from_site_id, t.to_site_id)) AS elsewhere
                   FROM stock_movements m JOIN stock_levels v ON v.id = m.stock_level_id
                   JOIN transfer_lines l ON l.id = m.reference_id JOIN transfers t ON t.id = l.transfer_id
                  WHERE m.reference_type = 'transfer_line' GROUP BY 1) m ON m.line = l.id
     WHERE (l.sent, l.arrived, l.returned, l.found) <>
           (coalesce(m.out, 0), coalesce(m.came, 0), coalesce(m.back, 0), coalesce(m.more, 0))
        OR coalesce(m.elsewhere, 0) > 0 ORDER BY l.id
    """,
    "transfer {number}, {sku}: says sent {sent}, arrived {arrived}, returned {returned}, found {found}; the stock"
    " ledger has {left_site}, {came_in}, {came_back}, {more}, and {elsewhere} movements of other goods or sites",
)

UNKNOWN = Comparison(
    "movements of transfers that do not exist",
    """
    SELECT m.id, m.reason, m.reference_type, m.reference_id FROM stock_movements m
     WHERE (m.reference_type = 'transfer_line' OR m.reason IN ('transfer_out', 'transfer_in', 'transfer_back'))
       AND NOT (m.reference_type = 'transfer_line'
                AND EXISTS (SELECT FROM transfer_lines l WHERE l.id = m.reference_id)) ORDER BY m.id
    """,
    "stock movement {id} ({reason}) names {reference_type} {reference_id}, which is no line of a transfer",
)

SUPPLY = Comparison(
    "supply in transit",
    """
    SELECT coalesce(t.number, 'none') AS number, coalesce(s.code, 'none') AS sku,
           coalesce(l.in_transit, 0) AS in_transit, coalesce(i.quantity, 0) AS expected, t.expected_on,
           i.expected_on AS expected_then
      FROM (SELECT * FROM transfer_lines WHERE in_transit > 0) l
      FULL JOIN (SELECT * FROM incoming WHERE source = 'transfer') i ON i.source_id = l.id
      LEFT JOIN transfers t ON t.id = l.transfer_id LEFT JOIN skus s ON s.id = coalesce(l.sku_id, i.sku_id)
     WHERE (coalesce(l.in_transit, 0), l.sku_id, t.to_site_id, t.expected_on)
           IS DISTINCT FROM (coalesce(i.quantity, 0), i.sku_id, i.site_id, i.expected_on) ORDER BY i.id, l.id
    """,
    "transfer {number}, {sku}: {in_transit} units are in transit for {expected_on}, but {expected} are expected for"
    " {expected_then}, or elsewhere",
)

STATES = Comparison(
    "transfer states",
    """
    SELECT t.number, t.state, u.should FROM transfers t
      LEFT JOIN (SELECT transfer_id, sum(sent) AS sent,
                        CASE WHEN sum(in_transit) > 0 AND sum(arrived + lost + returned) = 0 THEN 'sent'
                             WHEN sum(in_transit) > 0 THEN 'partly_arrived'
                             WHEN sum(lost) > 0 THEN 'closed_with_loss'
                             WHEN sum(arrived) > 0 THEN 'arrived'
                             WHEN sum(sent) > 0 THEN 'cancelled'
                             ELSE 'draft or cancelled' END AS should
                   FROM transfer_lines GROUP BY 1) u ON u.transfer_id = t.id
     WHERE CASE WHEN coalesce(u.sent, 0) = 0 THEN t.state NOT IN ('draft', 'cancelled') ELSE t.state <> u.should END
        OR (t.sent_at IS NULL) <> (coalesce(u.sent, 0) = 0)
        OR (t.closed_at IS NULL) <> (t.state IN ('draft', 'sent', 'partly_arrived')) ORDER BY t.id
    """,
    "transfer {number} says {state}; by its units it is {should}, or its times do not fit",
)

CARRIED = Comparison(
    "what was carried between bins",
    """
    SELECT b.id, s.code AS sku, b.quantity, coalesce(m.came, 0) AS came, coalesce(m.went, 0) AS went
      FROM bin_moves b JOIN skus s ON s.id = b.sku_id
      LEFT JOIN (
           SELECT m.reference_id AS id,
                  sum(m.on_hand) FILTER (WHERE m.on_hand > 0 AND m.bin_id = b.to_bin_id) AS came,
                  -sum(m.on_hand) FILTER (WHERE m.on_hand < 0 AND m.bin_id IS NOT DISTINCT FROM b.from_bin_id) AS went
             FROM stock_movements m JOIN stock_levels v ON v.id = m.stock_level_id
             JOIN bin_moves b ON b.id = m.reference_id
            WHERE m.reference_type = 'bin_move' AND v.sku_id = b.sku_id AND v.site_id = b.site_id
              AND m.lot_id IS NOT DISTINCT FROM b.lot_id AND m.condition = b.condition GROUP BY 1) m ON m.id = b.id
     WHERE (b.quantity, b.quantity) <> (coalesce(m.came, 0), coalesce(m.went, 0)) ORDER BY b.id
    """,
    "carrying {id} of {sku}: {quantity} units are written, but the stock ledger has {came} in and {went} out",
)

SHELVES = Comparison(
    "bins that hold what they may not",
    """
    SELECT b.code AS bin, w.code AS site, s.code AS sku, p.quantity,
           CASE WHEN p.site_id <> b.site_id THEN 'is of another site' ELSE 'is closed' END AS why
      FROM bin_stock p JOIN bins b ON b.id = p.bin_id JOIN sites w ON w.id = b.site_id JOIN skus s ON s.id = p.sku_id
     WHERE p.quantity > 0 AND (p.site_id <> b.site_id OR NOT b.is_active) ORDER BY p.id
    """,
    "bin {bin} at {site}: {quantity} of {sku} lie there, but the bin {why}",
)

CHECKS = (COUNTED, IDENTITY, MOVED, UNKNOWN, SUPPLY, STATES, CARRIED, SHELVES)
