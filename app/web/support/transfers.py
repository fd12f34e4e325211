"""Transfers for the desk: all of them, and one with the proof that no unit vanished."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.kernel import clock, text
from app.kernel.uow import unit_of_work
from app.queries import actors, transfer_list
from app.queries.transfer_list import DESK_VIEWS
from app.queries.transfer_page import transfer_page
from app.web.page import page

bp = Blueprint("transfers", __name__, url_prefix="/transfers")


@bp.get("/")
def index() -> ResponseReturnValue:
    view = text.choice(request.args.get("view") or "open", DESK_VIEWS, field="view")
    today, after = clock.now().date(), request.args.get("after")
    with unit_of_work() as session:
        found = transfer_list.transfer_list(session, DESK_VIEWS[view], sites=None, after=after, today=today)
    shown: dict[str, Any] = {"found": found, "view": view, "views": DESK_VIEWS, "today": today}
    return page("support/transfers/index.html", partial="support/transfers/_list.html", **shown)


@bp.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        one = transfer_page(session, number.upper())
        names = actors.names(session, {entry.actor for entry in one.entries} | {one.created_by})
    shown: dict[str, Any] = {"one": one, "names": names, "today": clock.now().date()}
    return page("support/transfers/show.html", partial="support/transfers/_transfer.html", **shown)
