"""The work of a site, by how far it is."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import clock
from app.kernel.uow import unit_of_work
from app.queries import pick_queue
from app.queries.pick_queue import VIEWS
from app.web.page import page
from app.web.warehouse.here import here

bp = Blueprint("queue", __name__, url_prefix="/queue")
start = Blueprint("start", __name__)


@start.get("/")
def index_of_warehouse() -> ResponseReturnValue:
    return redirect(url_for("warehouse.queue.index"))


@bp.get("/")
def index() -> ResponseReturnValue:
    view = request.args.get("view", "release")
    if view not in VIEWS:
        return redirect(url_for(".index"))
    with unit_of_work() as session:
        place = here(session)
        found = pick_queue.pick_queue(session, VIEWS[view], place.ids, after=request.args.get("after", ""))
        counts = pick_queue.counts(session, place.ids)
    shown: dict[str, Any] = {"view": view, "views": VIEWS, "here": place, "found": found, "counts": counts}
    return page("warehouse/queue/index.html", partial="warehouse/queue/_queue.html", now=clock.now(), **shown)
