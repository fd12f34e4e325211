"""Reservations: who holds what until when, and giving one up by hand."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.inventory import reservations
from app.kernel import text
from app.kernel.uow import run, unit_of_work
from app.queries import actors, ended_reservations, reservations_list
from app.queries.ended_reservations import EndedRow
from app.queries.reservations_list import STATES, Filters
from app.web.forms.reservations import ReleaseForm
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast

bp = Blueprint("reservations", __name__, url_prefix="/reservations")


@bp.get("/")
def index() -> ResponseReturnValue:
    owner = text.line(request.args.get("owner", ""), field="owner", most=80)
    state = text.choice(request.args.get("state") or "all", STATES, field="state")
    filters = Filters(state=state, owner=owner)
    with unit_of_work() as session:
        found = reservations_list.listed(session, filters, after=request.args.get("after"), newest_first=True)
        counts = {key: reservations_list.count(session, Filters(state=key, owner=owner)) for key in STATES}
        ended = ended_reservations.of_owner(session, owner) if owner else []
    shown: dict[str, Any] = {"found": found, "filters": filters, "states": STATES, "counts": counts, "ended": ended}
    return page("support/reservations/index.html", partial="support/reservations/_table.html", **shown)


@bp.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    return _page(token, ReleaseForm())


@bp.post("/<token>/release")
def create_release(token: str) -> ResponseReturnValue:
    form = ReleaseForm()
    if form.submitted():
        with form.refusals():
            run(lambda session: _release(session, token, form.reason.data))
    if form.errors:
        return _page(token, form)
    toast("Given up. The units are free.")
    return redirect(url_for(".index"), code=303)


def _release(session: Session, token: str, reason: str) -> None:
    held = reservations_list.get(session, token)
    reservations.release(session, [held.token], actor=current_actor(), reason=reason)


def _page(token: str, form: ReleaseForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        held = reservations_list.look_up(session, token)
        name = actors.names(session, {held.reserved_by}).get(held.reserved_by, held.reserved_by)
    shown: dict[str, Any] = {"held": held, "name": name, "form": form, "status": form.status}
    if isinstance(held, EndedRow):
        return page("support/reservations/ended.html", **shown)
    return page("support/reservations/show.html", partial="support/reservations/_release.html", **shown)
