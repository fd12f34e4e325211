"""The API for programs: keys instead of sessions, problems instead of pages. Each resource is one line in RESOURCES."""

from flask import Blueprint

from app.web.api import access, availability, documents, entries, orders, problems

RESOURCES: tuple[Blueprint, ...] = (
    orders.bp,
    entries.bp,
    availability.bp,
    documents.bp,
)

bp = Blueprint("api", __name__, url_prefix="/api/v1")
bp.before_request(access.guard)
problems.answer_for(bp)
for resource in RESOURCES:
    bp.register_blueprint(resource)
