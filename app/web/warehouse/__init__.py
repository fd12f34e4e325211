"""Pages of the warehouse; each view keeps to the person's sites (roles.site_scope). Guarded here, once."""

from flask import Blueprint

from app.web.roles import require_role
from app.web.warehouse import (
    arrivals,
    bin_moves,
    counts,
    labels,
    look_up,
    numbers,
    packing,
    picks,
    put_away,
    quarantine,
    queue,
    receiving,
    releases,
    shipments,
    shortages,
    transfers,
    work,
)

RESOURCES: tuple[Blueprint, ...] = (
    queue.start,
    queue.bp,
    releases.bp,
    work.bp,
    picks.bp,
    shortages.bp,
    packing.bp,
    shipments.bp,
    put_away.bp,
    bin_moves.bp,
    transfers.bp,
    arrivals.bp,
    look_up.bp,
    labels.bp,
    counts.bp,
    quarantine.bp,
    numbers.bp,
    receiving.bp,
)

bp = Blueprint("warehouse", __name__, url_prefix="/warehouse")
bp.before_request(require_role("warehouse"))
for resource in RESOURCES:
    bp.register_blueprint(resource)
