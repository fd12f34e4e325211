"""Pages of support. Guarded here, once; each resource is one line in RESOURCES."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.web.roles import require_role
from app.web.support import (
    addresses,
    bulk,
    cancellations,
    customers,
    entries,
    exceptions,
    holds,
    imports,
    lots,
    messages,
    notes,
    orders,
    phone_orders,
    serials,
    skus,
    views,
)

RESOURCES: tuple[Blueprint, ...] = (
    orders.bp,
    phone_orders.bp,
    bulk.bp,
    views.bp,
    holds.bp,
    notes.bp,
    cancellations.bp,
    addresses.bp,
    entries.payments,
    entries.refunds,
    messages.bp,
    customers.bp,
    exceptions.bp,
    imports.bp,
    skus.bp,
    lots.bp,
    serials.bp,
)

bp = Blueprint("support", __name__, url_prefix="/support")
bp.before_request(require_role("support"))
for resource in RESOURCES:
    bp.register_blueprint(resource)


@bp.get("/")
def index() -> ResponseReturnValue:
    return redirect(url_for("support.orders.index"))
