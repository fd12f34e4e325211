"""The API for programs: keys instead of sessions, problems instead of pages. Each resource is one line in RESOURCES."""

from flask import Blueprint

from app.web.api import access, documents, entries, orders, problems, transfers

RESOURCES: tuple[Blueprint, ...] = (
    orders.bp,
    entries.bp,
    documents.bp,
    transfers.bp,
)

bp = Blueprint("api", __name__, url_prefix="/api/v1")
bp.before_request(access.guard)
problems.answer_for(bp)
for resource in RESOURCES:
    bp.register_blueprint(resource)
