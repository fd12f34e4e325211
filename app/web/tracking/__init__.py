"""Pages of customers: no login; a secret link or the right answers open them. Each resource is in RESOURCES."""

from flask import Blueprint

from app.web.tracking import lookup, orders

RESOURCES: tuple[Blueprint, ...] = (
    lookup.bp,
    orders.bp,
)

bp = Blueprint("tracking", __name__, url_prefix="/track")
for resource in RESOURCES:
    bp.register_blueprint(resource)
