"""Who is signed in where, and signing them out."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.kernel.errors import NotFound
from app.kernel.uow import unit_of_work
from app.staff import queries
from app.staff import sessions as rows
from app.web.page import page
from app.web.sessions import browser_session
from app.web.toasts import toast

bp = Blueprint("sessions", __name__, url_prefix="/sessions")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        found = queries.open_sessions(session)
    here = browser_session().row
    return page(
        "admin/sessions/index.html",
        partial="admin/sessions/_table.html",
        sessions=found,
        here=here.id if here else None,
    )


@bp.post("/<int:user_id>/<int:session_id>/revocation")
def create_revocation(user_id: int, session_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        if not rows.end(session, user_id, [session_id]):
            raise NotFound("This session is over already.")
    toast("That browser is signed out.")
    return redirect(url_for(".index"), code=303)
