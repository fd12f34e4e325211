"""Pages of administrators. Guarded here, once; each resource is one line in RESOURCES."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.web.admin import (
    alert_orders,
    alerts,
    api_keys,
    audit,
    bins,
    channel_stock,
    channels,
    company,
    count_plans,
    counts,
    dead_letters,
    exports,
    keeping,
    ledger,
    levels,
    lots,
    messages,
    products,
    purchase_acts,
    purchase_mail,
    purchase_orders,
    quarantine,
    sales,
    sessions,
    sites,
    stock_accuracy,
    stock_report,
    stock_rules,
    suppliers,
    users,
    zones,
)
from app.web.roles import require_role

RESOURCES: tuple[Blueprint, ...] = (
    alerts.bp,
    alert_orders.bp,
    api_keys.bp,
    audit.bp,
    channel_stock.bp,
    channels.bp,
    company.bp,
    count_plans.bp,
    counts.bp,
    dead_letters.bp,
    exports.bp,
    keeping.bp,
    lots.bp,
    ledger.bp,
    levels.bp,
    messages.bp,
    products.bp,
    quarantine.bp,
    sales.bp,
    sessions.bp,
    sites.bp,
    bins.bp,
    stock_accuracy.bp,
    purchase_acts.bp,
    purchase_mail.bp,
    purchase_orders.bp,
    suppliers.bp,
    stock_report.bp,
    stock_rules.bp,
    users.bp,
    zones.bp,
)

bp = Blueprint("admin", __name__, url_prefix="/admin")
bp.before_request(require_role("admin"))
for resource in RESOURCES:
    bp.register_blueprint(resource)


@bp.get("/")
def index() -> ResponseReturnValue:
    return redirect(url_for("admin.sales.index"))
