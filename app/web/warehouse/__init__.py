"""Pages of the warehouse; each view keeps to the person's sites (roles.site_scope). Guarded here, once."""

from flask import Blueprint

from app.web.roles import require_role
from app.web.warehouse import numbers, packing, picks, quarantine, queue, releases, shipments, shortages, work

RESOURCES: tuple[Blueprint, ...] = (
    queue.start,
    queue.bp,
    releases.bp,
    work.bp,
    picks.bp,
    shortages.bp,
    packing.bp,
    shipments.bp,
    quarantine.bp,
    numbers.bp,
)

bp = Blueprint("warehouse", __name__, url_prefix="/warehouse")
bp.before_request(require_role("warehouse"))
for resource in RESOURCES:
    bp.register_blueprint(resource)
