"""Pages of administrators. Guarded here, once; each resource is one line in RESOURCES."""

from flask import Blueprint

from app.web.admin import sales
from app.web.roles import require_role

RESOURCES: tuple[Blueprint, ...] = (sales.bp,)

bp = Blueprint("admin", __name__, url_prefix="/admin")
bp.before_request(require_role("admin"))
for resource in RESOURCES:
    bp.register_blueprint(resource)
