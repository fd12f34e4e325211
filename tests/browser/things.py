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
HELD = "EXISTS (SELECT 1 FROM holds h WHERE h.order_id = orders.id AND h.released_at IS NULL)"
WRONG = "EXISTS (SELECT 1 FROM scans w WHERE w.fulfilment_order_id = f.id AND w.step = 'wrong')"
LEFT = "(SELECT sum(l.quantity - l.picked) FROM fulfilment_lines l WHERE l.fulfilment_order_id = f.id)"
PARTS = "(SELECT count(*) FROM fulfilment_orders f WHERE f.order_id = orders.id) > 1"

THINGS = {
    "order_parts": AN_ORDER + PARTS + " AND status <> 'cancelled'",
    "order_held": AN_ORDER + HELD,
    "order_waiting": AN_ORDER + "fulfilment_status = 'backordered'",
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
    "message": "SELECT min(id) FROM messages",
    "sku": "SELECT min(code) FROM skus",
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
