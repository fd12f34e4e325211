"""Buying: counters, ledger, dated supply and states against the receipts that they follow from."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.purchasing.states import DRAFT, state_of
from app.workflows.comparison import AT_ONCE, Comparison

STATES = "states of purchase orders"

COUNTERS = Comparison(
    "received counters",
    """
    SELECT o.number, l.position, l.sku_code AS sku, l.received, l.rejected, coalesce(r.units, 0) AS units,
           coalesce(r.damaged, 0) AS damaged
      FROM purchase_order_lines l JOIN purchase_orders o ON o.id = l.purchase_order_id
      LEFT JOIN (SELECT purchase_order_line_id, sum(quantity) AS units,
                        coalesce(sum(quantity) FILTER (WHERE condition = 'damaged'), 0) AS damaged
                   FROM receipt_lines GROUP BY 1) r ON r.purchase_order_line_id = l.id
     WHERE (l.received, l.rejected) <> (coalesce(r.units, 0), coalesce(r.damaged, 0)) ORDER BY l.id
    """,
    "purchase order {number}, line {position} ({sku}): says {received} received and {rejected} rejected; its receipts"
    " come to {units} and {damaged}",
)

BOOKED = Comparison(
    "receipts against the stock ledger",
    """
    SELECT o.number, x.id, l.sku_code AS sku, t.code AS site, x.quantity, coalesce(m.units, 0) AS moved
      FROM receipt_lines x JOIN purchase_order_lines l ON l.id = x.purchase_order_line_id
      JOIN purchase_orders o ON o.id = l.purchase_order_id JOIN sites t ON t.id = o.site_id
      LEFT JOIN (SELECT m.reference_id, v.sku_id, v.site_id, sum(m.on_hand) AS units
                   FROM stock_movements m JOIN stock_levels v ON v.id = m.stock_level_id
                  WHERE m.reference_type = 'receipt_line' GROUP BY 1, 2, 3) m
             ON m.reference_id = x.id AND m.sku_id = l.sku_id AND m.site_id = o.site_id
     WHERE x.quantity <> coalesce(m.units, 0) ORDER BY x.id
    """,
    "receipt line {id} of purchase order {number} says {quantity} of {sku} at {site}; the stock ledger moved {moved}",
)

UNFOUNDED = Comparison(
    "ledger entries without a receipt",
    """
    SELECT m.reference_id AS id, k.code AS sku, t.code AS site, sum(m.on_hand) AS moved
      FROM stock_movements m JOIN stock_levels v ON v.id = m.stock_level_id JOIN skus k ON k.id = v.sku_id
      JOIN sites t ON t.id = v.site_id
      LEFT JOIN (receipt_lines x JOIN purchase_order_lines l ON l.id = x.purchase_order_line_id
                 JOIN purchase_orders o ON o.id = l.purchase_order_id) ON x.id = m.reference_id
     WHERE m.reference_type = 'receipt_line' AND (l.sku_id, o.site_id) IS DISTINCT FROM (v.sku_id, v.site_id)
     GROUP BY 1, 2, 3 ORDER BY 1
    """,
    "the stock ledger moved {moved} of {sku} at {site} for receipt line {id}, which is of other goods or is none",
)

SUPPLY = Comparison(
    "dated supply of purchase orders",
    """
    SELECT coalesce(o.number, 'none') AS number, coalesce(o.id, i.source_id) AS line, coalesce(o.open, 0) AS open,
           coalesce(i.quantity, 0) AS expected, coalesce(o.expected_on::text, 'no day') AS day,
           coalesce(i.expected_on::text, 'no day') AS on_day
      FROM (SELECT l.id, o.number, l.sku_id, o.site_id, l.expected_on,
                   greatest(0, l.ordered - l.cancelled - l.short - l.received) AS open
              FROM purchase_order_lines l JOIN purchase_orders o ON o.id = l.purchase_order_id
             WHERE o.state IN ('sent', 'partly_received')
               AND l.ordered - l.cancelled - l.short > l.received) o
      FULL JOIN (SELECT * FROM incoming WHERE source = 'purchase') i ON i.source_id = o.id
     WHERE (o.open, o.sku_id, o.site_id, o.expected_on)
           IS DISTINCT FROM (i.quantity, i.sku_id, i.site_id, i.expected_on) ORDER BY coalesce(o.id, i.source_id)
    """,
    "purchase order {number}, line id {line}: {open} are still to come on {day}, the stock expects {expected} on"
    " {on_day}",
)

UNDONE = Comparison(
    "receipts that were taken back",
    """
    SELECT o.number, u.id, u.undoes_id FROM receipts u JOIN purchase_orders o ON o.id = u.purchase_order_id
      JOIN receipts r ON r.id = u.undoes_id
     WHERE r.purchase_order_id <> u.purchase_order_id OR EXISTS (
           SELECT 1 FROM (SELECT x.purchase_order_line_id, x.condition, x.bin_id, x.lot_id, sum(x.quantity) AS units
                            FROM receipt_lines x WHERE x.receipt_id IN (u.id, r.id) GROUP BY 1, 2, 3, 4) both_ways
            WHERE units <> 0)
     ORDER BY u.id
    """,
    "receipt {id} of purchase order {number} takes receipt {undoes_id} back, but is not its opposite",
)

MAILED = Comparison(
    "purchase orders by mail",
    """
    SELECT o.number, o.state, m.id, m.file_id, coalesce('file ' || x.attachment_id, 'no file') AS attached
      FROM purchase_mailings m JOIN purchase_orders o ON o.id = m.purchase_order_id
      JOIN messages x ON x.id = m.message_id
     WHERE o.state = 'draft' OR x.attachment_id IS DISTINCT FROM m.file_id ORDER BY m.id
    """,
    "purchase order {number} is {state}; it went out by mail ({id}) with file {file_id}, and that carries {attached}",
)

CHECKS = (COUNTERS, BOOKED, UNFOUNDED, SUPPLY, UNDONE, MAILED)


def wrong_states(session: Session) -> Iterator[str]:
    """Each purchase order that was sent stands where its units are; a draft has none."""
    for row in session.execute(text(UNITS).execution_options(yield_per=AT_ONCE)):
        derived = state_of(received=row.received, open_units=row.open, short=row.short)
        if not row.was_sent and row.state != "cancelled":
            derived = DRAFT
        if row.state != derived or (row.state == DRAFT and row.received):
            yield f"purchase order {row.number} says {row.state}; its units make it {derived}"


UNITS = """
SELECT o.number, o.state, o.sent_at IS NOT NULL AS was_sent, sum(l.received)::bigint AS received,
       sum(greatest(0, l.ordered - l.cancelled - l.short - l.received))::bigint AS open, sum(l.short)::bigint AS short
  FROM purchase_orders o JOIN purchase_order_lines l ON l.purchase_order_id = o.id GROUP BY o.id ORDER BY o.id
"""
