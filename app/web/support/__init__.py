"""Pages of support. Guarded here, once; each resource is one line in RESOURCES."""

from flask import Blueprint

from app.web.roles import require_role

RESOURCES: tuple[Blueprint, ...] = ()

bp = Blueprint("support", __name__, url_prefix="/support")
bp.before_request(require_role("support"))
for resource in RESOURCES:
    bp.register_blueprint(resource)
