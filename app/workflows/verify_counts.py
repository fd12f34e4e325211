"""Counts against the ledger and against themselves."""

from app.workflows.comparison import Comparison

NAMED = """
       c.number, k.code AS sku, coalesce('bin ' || b.code, 'no bin') AS bin
  FROM count_lines l JOIN counts c ON c.id = l.count_id JOIN skus k ON k.id = l.sku_id
  LEFT JOIN bins b ON b.id = l.bin_id
"""

POSTED = Comparison(
    "posted counts",
    f"""
    SELECT coalesce(m.units, 0) AS posted, CASE WHEN c.state = 'posted' THEN coalesce(l.variance, 0) ELSE 0 END AS due,
           c.state, {NAMED}
      LEFT JOIN (SELECT reference_id, sum(on_hand) AS units FROM stock_movements
                  WHERE reason = 'count' AND reference_type = 'count_line' GROUP BY 1) m ON m.reference_id = l.id
     WHERE coalesce(m.units, 0) <> CASE WHEN c.state = 'posted' THEN coalesce(l.variance, 0) ELSE 0 END
     ORDER BY l.id
    """,
    "count {number} is {state}, {sku} in {bin}: {due} units should have been posted, its movements sum to {posted}",
)

PLACES_POSTED = Comparison(
    "places of posted counts",
    f"""
    SELECT m.id AS movement, coalesce('bin ' || w.code, 'no bin') AS elsewhere, m.condition, {NAMED}
      JOIN stock_movements m ON m.reason = 'count' AND m.reference_type = 'count_line' AND m.reference_id = l.id
      JOIN stock_levels s ON s.id = m.stock_level_id LEFT JOIN bins w ON w.id = m.bin_id
     WHERE (s.sku_id, s.site_id, m.condition) <> (l.sku_id, c.site_id, l.condition)
        OR m.bin_id IS DISTINCT FROM l.bin_id OR m.lot_id IS DISTINCT FROM l.lot_id
     ORDER BY m.id
    """,
    "count {number}, {sku} in {bin}: movement {movement} was posted at another place ({elsewhere}, {condition})",
)

RECONCILED = Comparison(
    "movements during counts",
    f"""
    SELECT l.moved, coalesce(m.units, 0) AS units, l.seen_sequence, l.book_sequence, {NAMED}
      JOIN stock_levels s ON s.sku_id = l.sku_id AND s.site_id = c.site_id
      LEFT JOIN LATERAL (
           SELECT sum(n.on_hand) AS units FROM stock_movements n
            WHERE n.stock_level_id = s.id AND n.sequence > l.seen_sequence AND n.sequence <= l.book_sequence
              AND n.bin_id = l.bin_id AND n.condition = l.condition AND n.lot_id IS NOT DISTINCT FROM l.lot_id) m
           ON true
     WHERE l.bin_id IS NOT NULL AND l.book IS NOT NULL AND l.moved <> coalesce(m.units, 0)
     ORDER BY l.id
    """,
    "count {number}, {sku} in {bin}: {moved} units are noted as moved between movements {seen_sequence} and"
    " {book_sequence}, the ledger says {units}",
)

VARIANCES = Comparison(
    "variances of counts",
    f"""
    SELECT l.variance, coalesce(l.recounted, l.counted) AS seen, l.expected, {NAMED}
     WHERE c.state IN ('submitted', 'awaiting_approval', 'posted')
       AND l.variance IS DISTINCT FROM coalesce(l.recounted, l.counted) - l.expected
     ORDER BY l.id
    """,
    "count {number}, {sku} in {bin}: {seen} were seen and {expected} expected, but the variance says {variance}",
)

SAME_PERSON = Comparison(
    "second pairs of eyes",
    f"SELECT {NAMED} WHERE l.recounter = l.counter ORDER BY l.id",
    "count {number}, {sku} in {bin} was counted again by whoever counted it first",
)

STATES = Comparison(
    "states of counts",
    """
    SELECT c.number, c.state, count(l.id) FILTER (WHERE l.decision = 'open') AS open,
           (SELECT count(*) FROM count_places p WHERE p.count_id = c.id AND p.counted_at IS NULL) AS places
      FROM counts c LEFT JOIN count_lines l ON l.count_id = c.id
     GROUP BY c.id
    HAVING (c.state IN ('submitted', 'awaiting_approval', 'posted')
            AND (count(l.id) FILTER (WHERE l.decision = 'open') > 0
                 OR EXISTS (SELECT FROM count_places p WHERE p.count_id = c.id AND p.counted_at IS NULL)))
        OR (c.state = 'recount' AND NOT coalesce(bool_or(l.must_recount), false))
        OR (c.state = 'planned' AND count(l.id) > 0)
        OR (c.state IN ('posted', 'cancelled')) <> (c.closed_at IS NOT NULL)
     ORDER BY c.id
    """,
    "count {number} is {state}, with {open} lines undecided and {places} places not counted: that cannot be",
)

APPROVED = Comparison(
    "approvals of counts",
    """
    SELECT c.number, v.value_minor, c.approval_minor
      FROM counts c
      JOIN (SELECT count_id, sum(abs(variance) * coalesce(cost_minor, 0)) AS value_minor FROM count_lines
             GROUP BY 1) v ON v.count_id = c.id
     WHERE c.state = 'posted' AND v.value_minor > c.approval_minor
       AND NOT EXISTS (SELECT FROM count_decisions d WHERE d.count_id = c.id AND d.kind = 'approved')
     ORDER BY c.id
    """,
    "count {number} was posted with differences worth {value_minor}, above its limit of {approval_minor}, and nobody"
    " approved it",
)

CHECKS = (POSTED, PLACES_POSTED, RECONCILED, VARIANCES, SAME_PERSON, STATES, APPROVED)
