"""Refusals and other acts worth proving, as they were written down."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.kernel.uow import unit_of_work
from app.queries import actors
from app.staff import queries
from app.web.page import page

bp = Blueprint("audit", __name__, url_prefix="/audit")

MOST = 200


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        entries = queries.audit_entries(session, limit=MOST)
        names = actors.names(session, {entry.actor for entry in entries})
    return page("admin/audit/index.html", partial="admin/audit/_table.html", entries=entries, names=names, most=MOST)
