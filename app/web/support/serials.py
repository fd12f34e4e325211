"""Units known by number: finding one, and its history."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.kernel import text
from app.kernel.uow import unit_of_work
from app.queries import actors, serial_page
from app.web.page import page
from app.web.support.stock_words import NUMBER_STATES, told

bp = Blueprint("serials", __name__, url_prefix="/serials")


@bp.get("/")
def index() -> ResponseReturnValue:
    q = text.line(request.args.get("q", ""), field="q", most=100)
    with unit_of_work() as session:
        found = serial_page.search(session, q)
    return page(
        "support/serials/index.html", partial="support/serials/_list.html", found=found, q=q, states=NUMBER_STATES
    )


@bp.get("/<int(max=999999999999):serial_id>")
def show(serial_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        unit = serial_page.get(session, serial_id)
        steps = serial_page.history(session, serial_id)
        names = actors.names(session, {step.actor for step in steps})
    return page("support/serials/show.html", unit=unit, steps=steps, names=names, told=told, states=NUMBER_STATES)
