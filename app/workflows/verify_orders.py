"""Orders: statuses against facts, money against entries, events against their counters."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.db import Base
from app.kernel.event_types import TYPES
from app.orders import facts
from app.orders.status import fulfilment_status, order_status, payment_status
from app.workflows.comparison import AT_ONCE, Comparison

STATUSES = "statuses"
EVENTS = "event sequences"

LINELESS = Comparison(
    "orders without lines",
    "SELECT number FROM orders o WHERE NOT EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id) ORDER BY o.id",
    "order {number} has no lines",
)

TOTALS = Comparison(
    "order totals",
    """
    SELECT o.number, o.currency, o.goods_minor, o.tax_minor, o.shipping_minor, o.total_minor, l.goods, l.tax
      FROM orders o JOIN (SELECT order_id, sum(total_minor) AS goods, sum(tax_minor) AS tax
                            FROM order_lines GROUP BY 1) l ON l.order_id = o.id
     WHERE o.goods_minor <> l.goods OR o.tax_minor <> l.tax
        OR o.total_minor <> o.goods_minor + o.tax_minor + o.shipping_minor ORDER BY o.id
    """,
    "order {number} says {goods_minor} for goods and {tax_minor} of tax, its lines sum to {goods} and {tax}; with"
    " {shipping_minor} for shipping it says {total_minor} in all (minor units of {currency})",
)

MONEY = Comparison(
    "money ledger",
    """
    SELECT o.number, o.currency, o.paid_minor, o.refunded_minor, coalesce(e.paid, 0) AS paid,
           coalesce(e.refunded, 0) AS refunded, coalesce(e.strange, 0) AS strange
      FROM orders o
      LEFT JOIN (SELECT p.order_id, sum(amount_minor) FILTER (WHERE kind = 'payment') AS paid,
                        sum(amount_minor) FILTER (WHERE kind = 'refund') AS refunded,
                        count(*) FILTER (WHERE p.currency <> x.currency) AS strange
                   FROM payment_entries p JOIN orders x ON x.id = p.order_id GROUP BY 1) e ON e.order_id = o.id
     WHERE o.paid_minor <> coalesce(e.paid, 0) OR o.refunded_minor <> coalesce(e.refunded, 0) OR e.strange > 0
     ORDER BY o.id
    """,
    "order {number} says {paid_minor} paid and {refunded_minor} refunded (minor units of {currency}); its entries"
    " sum to {paid} and {refunded}, {strange} of them in another currency",
)

REFERENCES = Comparison(
    "references",
    """
    SELECT o.number, r.what, r.id FROM (
        SELECT id AS order_id, 'a channel' AS what, channel_id AS id FROM orders
         WHERE NOT EXISTS (SELECT FROM channels c WHERE c.id = channel_id)
        UNION ALL SELECT id, 'a zone', zone_id FROM orders
         WHERE zone_id IS NOT NULL AND NOT EXISTS (SELECT FROM zones z WHERE z.id = zone_id)
        UNION ALL SELECT order_id, 'an SKU', sku_id FROM order_lines
         WHERE NOT EXISTS (SELECT FROM skus s WHERE s.id = sku_id)
        UNION ALL SELECT order_id, 'a site', site_id FROM fulfilment_orders
         WHERE NOT EXISTS (SELECT FROM sites s WHERE s.id = site_id)
        UNION ALL SELECT l.order_id, 'at work an SKU', w.sku_id FROM fulfilment_lines w
          JOIN order_lines l ON l.id = w.order_line_id AND l.sku_id <> w.sku_id
        UNION ALL SELECT l.order_id, 'a stock level', a.stock_level_id FROM allocations a
          JOIN order_lines l ON l.id = a.order_line_id
         WHERE a.order_id <> l.order_id OR NOT EXISTS (
            SELECT FROM stock_levels v WHERE v.id = a.stock_level_id AND v.sku_id = l.sku_id)) r
      JOIN orders o ON o.id = r.order_id ORDER BY o.id
    """,
    "order {number} names {what} that is not there or not its own: {id}",
)

SEQUENCES = """
    SELECT :subject AS subject, s.id, s.event_sequence, coalesce(e.events, 0) AS events, coalesce(e.last, 0) AS last,
           coalesce(e.different, 0) AS different
      FROM {subject} s
      FULL JOIN (SELECT subject_id, count(*) AS events, max(sequence) AS last, count(DISTINCT sequence) AS different
                   FROM events WHERE subject_type = :subject GROUP BY 1) e ON e.subject_id = s.id
     WHERE s.id IS NULL OR s.event_sequence <> coalesce(e.last, 0) OR coalesce(e.events, 0) <> coalesce(e.last, 0)
        OR e.different <> e.events
     ORDER BY s.id
"""

CHECKS = (LINELESS, TOTALS, MONEY, REFERENCES)


def wrong_statuses(session: Session) -> Iterator[str]:
    """Derive each order's three statuses again, a thousand orders at a time."""
    after = 0
    while rows := session.execute(text(STORED), {"after": after, "limit": AT_ONCE}).all():
        after = rows[-1].id
        known = facts.load(session, [row.id for row in rows])
        for row in rows:
            found = known[row.id]
            derived = (order_status(found), payment_status(found), fulfilment_status(found))
            stored = (row.status, row.payment_status, row.fulfilment_status)
            if stored != derived:
                yield f"order {row.number} says {', '.join(stored)}; its facts make it {', '.join(derived)}"


def broken_event_sequences(session: Session) -> Iterator[str]:
    """Each subject's events are numbered 1, 2, 3 … up to the counter on its row."""
    subjects = {kind.subject for kind in TYPES.values() if hasattr(kind, "subject")}
    for subject in sorted(subjects & set(Base.metadata.tables)):
        rows = session.execute(
            text(SEQUENCES.format(subject=subject)).execution_options(yield_per=AT_ONCE), {"subject": subject}
        )
        for row in rows:
            yield (
                f"{subject} {row.id} counts {row.event_sequence} events; {row.events} stand, numbered up to {row.last},"
                f" {row.different} of them different"
            )


STORED = """
    SELECT id, number, status, payment_status, fulfilment_status FROM orders o
     WHERE id > :after AND EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id) ORDER BY id LIMIT :limit
"""
