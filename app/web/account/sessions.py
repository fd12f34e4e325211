"""Where a person is signed in, and signing out from afar."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.kernel.errors import NotFound
from app.kernel.uow import unit_of_work
from app.staff import queries
from app.staff import sessions as rows
from app.web.htmx import wants_partial
from app.web.page import page
from app.web.roles import current_user
from app.web.sessions import browser_session
from app.web.toasts import toast

bp = Blueprint("sessions", __name__, url_prefix="/sessions")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        found = queries.open_sessions(session, user_id=current_user.id)
    return page("account/sessions.html", partial="account/_sessions.html", sessions=found, here=_here())


@bp.post("/<int:session_id>/revocation")
def create_revocation(session_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        if not rows.end(session, current_user.id, [session_id]):
            raise NotFound("This session is over already, or is not yours.")
    return _done("That browser is signed out.")


@bp.post("/revocation")
def create_revocations() -> ResponseReturnValue:
    with unit_of_work() as session:
        rows.end_all(session, [current_user.id], keep=_here())
    return _done("All other browsers are signed out.")


def _done(message: str) -> ResponseReturnValue:
    toast(message)
    return index() if wants_partial() else redirect(url_for(".index"), code=303)


def _here() -> int | None:
    row = browser_session().row
    return row.id if row else None
