"""Pages of administrators. Guarded here, once; each resource is one line in RESOURCES."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.web.admin import (
    api_keys,
    audit,
    channel_stock,
    channels,
    company,
    dead_letters,
    keeping,
    lots,
    messages,
    products,
    quarantine,
    sales,
    sessions,
    sites,
    users,
    zones,
)
from app.web.roles import require_role

RESOURCES: tuple[Blueprint, ...] = (
    api_keys.bp,
    audit.bp,
    channel_stock.bp,
    channels.bp,
    company.bp,
    dead_letters.bp,
    keeping.bp,
    lots.bp,
    messages.bp,
    products.bp,
    quarantine.bp,
    sales.bp,
    sessions.bp,
    sites.bp,
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
