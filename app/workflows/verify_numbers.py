"""Numbered units on their way between sites, against the transfers that they went with."""

from app.workflows.comparison import Comparison

WENT = """
    SELECT serial_id, transfer_id, transfer_line_id, sum(CASE kind WHEN 'sent' THEN 1 ELSE -1 END) AS units
      FROM transfer_entries WHERE serial_id IS NOT NULL AND kind IN ('sent', 'arrived', 'lost', 'returned')
     GROUP BY 1, 2, 3 HAVING sum(CASE kind WHEN 'sent' THEN 1 ELSE -1 END) <> 0
"""

ON_THE_WAY = Comparison(
    "numbers on their way",
    f"""
    SELECT skus.code AS sku, n.code AS number, n.state, coalesce(w.transfers, 'none') AS transfers
      FROM serials n JOIN skus ON skus.id = n.sku_id
      LEFT JOIN (SELECT g.serial_id, sum(g.units) AS units, count(*) AS ways,
                        string_agg(t.number, ', ' ORDER BY t.id) AS transfers
                   FROM ({WENT}) g JOIN transfers t ON t.id = g.transfer_id GROUP BY 1) w ON w.serial_id = n.id
     WHERE (n.state = 'in_transit')::int <> coalesce(w.units, 0) OR w.ways > 1 ORDER BY n.id
    """,
    "number {number} of {sku} is {state}; the transfers that say that it is on its way: {transfers}",
)

UNITS_ON_THE_WAY = Comparison(
    "numbers against units on their way",
    """
    SELECT t.number, s.code AS sku, l.in_transit, coalesce(n.numbers, 0) AS numbers
      FROM transfer_lines l JOIN transfers t ON t.id = l.transfer_id JOIN skus s ON s.id = l.sku_id
      LEFT JOIN (SELECT m.line, count(*) AS numbers FROM serials n
                   JOIN LATERAL (SELECT reference_id AS line FROM serial_moves WHERE serial_id = n.id
                                    AND reference_type = 'transfer_line' ORDER BY id DESC LIMIT 1) m ON true
                  WHERE n.state = 'in_transit' GROUP BY 1) n ON n.line = l.id
      LEFT JOIN (SELECT transfer_line_id AS line, count(*) AS sent FROM transfer_entries
                  WHERE kind = 'sent' AND serial_id IS NOT NULL GROUP BY 1) e ON e.line = l.id
     WHERE coalesce(n.numbers, 0) > l.in_transit
        OR (e.sent = l.sent AND coalesce(n.numbers, 0) <> l.in_transit) ORDER BY l.id
    """,
    "transfer {number}, {sku}: {in_transit} units are on their way, but {numbers} numbers",
)

JOURNEYS = Comparison(
    "journeys of numbers",
    """
    SELECT s.code AS sku, n.code AS number, coalesce(e.kind, m.kind) AS kind, coalesce(e.times, 0) AS told,
           coalesce(m.times, 0) AS moved, coalesce(t.number, 'no transfer') AS transfer
      FROM (SELECT serial_id, transfer_line_id AS line, kind, count(*) AS times FROM transfer_entries
             WHERE serial_id IS NOT NULL AND kind <> 'asked' GROUP BY 1, 2, 3) e
      FULL JOIN (SELECT serial_id, reference_id AS line,
                        CASE what WHEN 'transfer_out' THEN 'sent' WHEN 'transfer_in' THEN 'arrived'
                                  WHEN 'transfer_back' THEN 'returned' WHEN 'transfer_lost' THEN 'lost'
                                  ELSE 'found' END AS kind, count(*) AS times
                   FROM serial_moves WHERE reference_type = 'transfer_line' GROUP BY 1, 2, 3) m
        USING (serial_id, line, kind)
      JOIN serials n ON n.id = serial_id JOIN skus s ON s.id = n.sku_id
      LEFT JOIN transfer_lines l ON l.id = line LEFT JOIN transfers t ON t.id = l.transfer_id
     WHERE coalesce(e.times, 0) <> coalesce(m.times, 0) ORDER BY serial_id, line
    """,
    "number {number} of {sku} and transfer {transfer}: the transfer says {told} times “{kind}”, the history {moved}",
)

OTHER_GOODS = Comparison(
    "numbers of the right goods",
    """
    SELECT t.number AS transfer, n.code AS number, s.code AS sku, k.code AS line_sku
      FROM transfer_entries e JOIN serials n ON n.id = e.serial_id JOIN transfer_lines l ON l.id = e.transfer_line_id
      JOIN transfers t ON t.id = l.transfer_id JOIN skus s ON s.id = n.sku_id JOIN skus k ON k.id = l.sku_id
     WHERE n.sku_id <> l.sku_id OR e.transfer_id <> l.transfer_id ORDER BY e.id
    """,
    "transfer {transfer}: number {number} of {sku} stands on a line of {line_sku}",
)

# A line is counted by number where any was seen.
COUNTED = Comparison(
    "numbers of posted counts",
    """
    WITH seen AS (
        SELECT l.id AS line_id, l.count_id, l.sku_id, n.code, n.is_expected,
               CASE WHEN l.recounted IS NULL THEN n.is_seen ELSE n.is_seen_again END AS is_told
          FROM count_lines l JOIN counts c ON c.id = l.count_id AND c.state = 'posted'
          JOIN count_serials n ON n.count_line_id = l.id),
    by_number AS (SELECT line_id FROM seen GROUP BY 1 HAVING bool_or(is_told)),
    told AS (
        SELECT DISTINCT count_id, sku_id, code FROM seen JOIN by_number USING (line_id) WHERE is_expected <> is_told),
    steps AS (
        SELECT l.count_id, l.sku_id, n.code, bool_or(b.line_id IS NOT NULL) AS is_own
          FROM serial_moves m JOIN count_lines l ON l.id = m.reference_id JOIN serials n ON n.id = m.serial_id
          LEFT JOIN by_number b ON b.line_id = l.id
         WHERE m.reference_type IN ('count_line', 'count_number') GROUP BY 1, 2, 3)
    SELECT c.number, k.code AS sku, d.code, d.what
      FROM (SELECT count_id, sku_id, code, CASE WHEN t.count_id IS NULL THEN 'its history has a step of this count, the'
                   || ' count has no difference' ELSE 'the count has a difference, its history has no step' END AS what
              FROM told t FULL JOIN steps s USING (count_id, sku_id, code)
             WHERE (t.count_id IS NULL AND s.is_own) OR s.count_id IS NULL) d
      JOIN counts c ON c.id = d.count_id JOIN skus k ON k.id = d.sku_id ORDER BY c.id, d.code
    """,
    "count {number}, number {code} of {sku}: {what}",
)

CHECKS = (ON_THE_WAY, UNITS_ON_THE_WAY, JOURNEYS, OTHER_GOODS, COUNTED)
