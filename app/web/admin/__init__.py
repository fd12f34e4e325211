"""Pages of administrators. Guarded here, once; each resource is one line in RESOURCES."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.web.admin import (
    api_keys,
    audit,
    bins,
    channel_stock,
    channels,
    company,
    dead_letters,
    messages,
    products,
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
    messages.bp,
    products.bp,
    sales.bp,
    sessions.bp,
    sites.bp,
    bins.bp,
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
