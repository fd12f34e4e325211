"""Which order, parcel or import of the demo company stands for a name in tests/browser/table.py."""

from sqlalchemy import text
from sqlalchemy.orm import Session

AN_ORDER = "SELECT min(number) FROM orders WHERE NOT is_history AND "
A_KEY = "SELECT min(tracking_key) FROM orders WHERE NOT is_history AND "
SOME_WORK = (
    "SELECT min(o.number || '-' || f.part) FROM fulfilment_orders f JOIN orders o ON o.id = f.order_id"
    " JOIN sites s ON s.id = f.site_id WHERE s.code IN ('RNO1', 'CMH1', 'DFW1') AND "
)
A_PARCEL = (
    "SELECT min(p.id) FROM parcels p JOIN fulfilment_orders f ON f.id = p.fulfilment_order_id"
    " JOIN sites s ON s.id = f.site_id WHERE s.code IN ('RNO1', 'CMH1', 'DFW1') AND "
)
A_LIST = (
    "SELECT min(f.pick_list_id) FROM fulfilment_orders f JOIN sites s ON s.id = f.site_id"
    " WHERE s.code IN ('RNO1', 'CMH1', 'DFW1') AND "
)
A_TRANSFER = (
    "SELECT min(t.number) FROM transfers t JOIN sites f ON f.id = t.from_site_id JOIN sites w ON w.id = t.to_site_id"
    " WHERE f.code IN ('RNO1', 'CMH1', 'DFW1') AND w.code IN ('RNO1', 'CMH1', 'DFW1') AND "
)
BY_NUMBER = "EXISTS (SELECT FROM transfer_entries e WHERE e.transfer_id = t.id AND e.serial_id IS NOT NULL)"
A_COUNT = "SELECT min(c.number) FROM counts c JOIN sites s ON s.id = c.site_id WHERE s.code = 'RNO1' AND "
HELD = "EXISTS (SELECT 1 FROM holds h WHERE h.order_id = orders.id AND h.released_at IS NULL)"
WRONG = "EXISTS (SELECT 1 FROM scans w WHERE w.fulfilment_order_id = f.id AND w.step = 'wrong')"
LEFT = "(SELECT sum(l.quantity - l.picked) FROM fulfilment_lines l WHERE l.fulfilment_order_id = f.id)"
PARTS = "(SELECT count(*) FROM fulfilment_orders f WHERE f.order_id = orders.id) > 1"

A_PURCHASE = (
    "SELECT min(o.number) FROM purchase_orders o JOIN sites t ON t.id = o.site_id"
    " WHERE t.code IN ('RNO1', 'CMH1', 'DFW1') AND "
)
NAMED = "EXISTS (SELECT FROM serial_moves m WHERE m.reference_type = 'receipt_line' AND m.reference_id = x.id)"
CAME_BY_NUMBER = (
    "EXISTS (SELECT FROM receipt_lines x JOIN purchase_order_lines l ON l.id = x.purchase_order_line_id"
    f" WHERE l.purchase_order_id = o.id AND {NAMED})"
)
AN_ADVICE = "EXISTS (SELECT 1 FROM advices a WHERE a.purchase_order_id = o.id)"

THINGS = {
    "order_parts": AN_ORDER + PARTS + " AND status <> 'cancelled'",
    "order_held": AN_ORDER + HELD,
    "order_waiting": AN_ORDER + "fulfilment_status = 'backordered'",
    "order_slipped": AN_ORDER + "EXISTS (SELECT 1 FROM promises p WHERE p.order_id = orders.id AND p.is_told)",
    "key_slipped": A_KEY + "EXISTS (SELECT 1 FROM promises p WHERE p.order_id = orders.id AND p.is_told)",
    "order_cancelled": AN_ORDER + "status = 'cancelled'",
    "order_past": "SELECT min(number) FROM orders WHERE is_history",
    "order_fresh": AN_ORDER + f"status = 'confirmed' AND fulfilment_status = 'allocated' AND NOT {HELD}"
    " AND paid_minor < total_minor",
    "order_paid": AN_ORDER + "paid_minor > refunded_minor AND status <> 'cancelled'",
    "key_open": A_KEY + "status = 'confirmed'",
    "key_parts": A_KEY + PARTS + " AND status IN ('partly_shipped', 'in_process')",
    "key_delivered": A_KEY + "status = 'delivered'",
    "key_waiting": A_KEY + "fulfilment_status = 'backordered'",
    "key_cancelled": A_KEY + "status = 'cancelled'",
    "exception": "SELECT min(id) FROM intake_exceptions",
    "import_uploaded": "SELECT min(id) FROM imports WHERE state = 'uploaded'",
    "import_checked": "SELECT min(id) FROM imports WHERE state = 'checked'",
    "import_counts": "SELECT min(id) FROM imports WHERE state = 'checked' AND kind = 'counts'",
    "import_done": "SELECT min(id) FROM imports WHERE state = 'done'",
    "import_failed": "SELECT min(id) FROM imports WHERE state = 'failed'",
    "list_open": A_LIST + f"f.state IN ('released', 'picking') AND {LEFT} > 2",
    "list_done": A_LIST + "f.state IN ('picked', 'packed', 'shipped')",
    "work_open": SOME_WORK + "f.state = 'open'",
    "work_picked": SOME_WORK + f"f.state = 'picked' AND NOT {WRONG}",
    "work_wrong": SOME_WORK + WRONG,
    "work_packed": SOME_WORK + "f.state = 'packed'",
    "parcel_packed": A_PARCEL + "p.state = 'packed'",
    "parcel_shipped": A_PARCEL + "p.state = 'shipped'",
    "transfer_draft": A_TRANSFER + "t.state = 'draft'",
    "transfer_partly": A_TRANSFER + "t.state = 'partly_arrived'",
    "transfer_named": A_TRANSFER + f"t.state = 'draft' AND {BY_NUMBER}",
    "transfer_numbers": A_TRANSFER + f"t.state = 'partly_arrived' AND {BY_NUMBER}",
    "transfer_over": A_TRANSFER + "t.state = 'closed_with_loss'",
    "bin_full": "SELECT min(b.code) FROM bins b JOIN sites s ON s.id = b.site_id JOIN bin_stock p ON p.bin_id = b.id"
    " WHERE s.code = 'RNO1' AND p.quantity > 0",
    "sku_waiting": "SELECT min(k.code) FROM bin_stock p JOIN sites s ON s.id = p.site_id JOIN skus k ON k.id = p.sku_id"
    " WHERE s.code = 'RNO1' AND p.bin_id IS NULL AND p.quantity > 9",
    "count_open": A_COUNT + "c.state = 'counting'",
    "count_again": A_COUNT + "c.state = 'recount'",
    "count_decide": A_COUNT + "c.state = 'awaiting_approval'",
    "count_posted": A_COUNT + "c.state = 'posted'",
    "count_plan": "SELECT min(id) FROM count_plans",
    "purchase_draft": A_PURCHASE + "o.state = 'draft'",
    "purchase_due": A_PURCHASE + f"o.state = 'sent' AND {AN_ADVICE}",
    "purchase_partly": A_PURCHASE + "o.state = 'partly_received'",
    "purchase_numbers": A_PURCHASE + f"o.state = 'partly_received' AND {CAME_BY_NUMBER}",
    "receipt_numbers": f"SELECT min(x.receipt_id) FROM receipt_lines x WHERE {NAMED}",
    "purchase_done": A_PURCHASE + "o.state = 'received'",
    "purchase_short": A_PURCHASE + "o.state = 'closed_short'",
    "purchase_cancelled": A_PURCHASE + "o.state = 'cancelled'",
    "message": "SELECT min(id) FROM messages",
    "customer": "SELECT min(id) FROM customers",
    "lot_sent": "SELECT min(lot_id) FROM stock_movements m JOIN lots t ON t.id = m.lot_id"
    " WHERE m.reason = 'ship' AND t.frozen_at IS NULL",
    "lot_frozen": "SELECT min(id) FROM lots WHERE frozen_at IS NOT NULL",
    "serial": "SELECT min(serial_id) FROM serial_moves WHERE what = 'pick'",
    "case_open": "SELECT min(id) FROM quarantine_cases WHERE closed_at IS NULL AND photo_file_id IS NOT NULL",
    "case_closed": "SELECT min(id) FROM quarantine_cases WHERE closed_at IS NOT NULL",
    "sku": "SELECT min(code) FROM skus",
    "sku_to_come": "SELECT min(s.code) FROM skus s JOIN incoming i ON i.sku_id = s.id",
    "reservation": "SELECT max(token) FROM reservations",
    "reservation_ended": "SELECT max(token) FROM ended_reservations",
    "kit": "SELECT min(code) FROM skus WHERE is_kit",
    "order_kit": "SELECT min(number) FROM orders WHERE id IN (SELECT order_id FROM order_lines WHERE kit_sku_id > 0)",
    "key_kit": "SELECT min(tracking_key) FROM orders WHERE id IN"
    " (SELECT order_id FROM order_lines WHERE kit_sku_id > 0)",
    "sku_sold": "SELECT min(s.code) FROM skus s JOIN stock_levels l ON l.sku_id = s.id WHERE l.allocated > 0",
    "sku_ruled": "SELECT min(s.code) FROM skus s JOIN stock_rules r ON r.sku_id = s.id WHERE r.kind = 'safety'",
    "sku_coming": "SELECT min(s.code) FROM skus s JOIN incoming i ON i.sku_id = s.id",
    "sku_low": "SELECT min(s.code) FROM skus s JOIN stock_alerts a ON a.sku_id = s.id WHERE a.closed_at IS NULL",
    "stock_rule": "SELECT min(id) FROM stock_rules",
    "stock_alert": "SELECT min(id) FROM stock_alerts WHERE closed_at IS NULL",
    "user": "SELECT min(id) FROM users",
}


def read_things(session: Session) -> dict[str, str]:
    """Each must be there: a demo that no longer shows a state fails here, by its name."""
    found = {name: session.execute(text(statement)).scalar_one() for name, statement in THINGS.items()}
    missing = sorted(name for name, value in found.items() if value is None)
    assert not missing, f"the demo company has none of {missing}"
    return {name: str(value) for name, value in found.items()}
