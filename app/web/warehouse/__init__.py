"""Pages of the warehouse. The role is guarded here, once; each view keeps to the person's sites (roles.site_scope)."""

from flask import Blueprint

from app.web.roles import require_role

RESOURCES: tuple[Blueprint, ...] = ()

bp = Blueprint("warehouse", __name__, url_prefix="/warehouse")
bp.before_request(require_role("warehouse"))
for resource in RESOURCES:
    bp.register_blueprint(resource)
