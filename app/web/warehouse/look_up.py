"""Any code that a scanner reads: what it is, where it lies, and what is promised of it."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.kernel import gs1
from app.kernel.uow import unit_of_work
from app.queries.look_up import look_up
from app.web.page import page
from app.web.warehouse.here import here

bp = Blueprint("look_up", __name__, url_prefix="/look-up")
LONGEST = 120


@bp.get("/")
def show() -> ResponseReturnValue:
    scanned = request.args.get("code", "").replace(gs1.SEPARATOR, gs1.SHOWN)
    code = "".join(sign for sign in scanned if sign.isprintable()).strip()[:LONGEST]
    with unit_of_work() as session:
        place = here(session)
        found = look_up(session, code, place.ids) if code else None
    return page("warehouse/look_up/show.html", partial="warehouse/look_up/_station.html", here=place, found=found)
