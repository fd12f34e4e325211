"""Pick lists and the walk along one: scan or type, one stop at a time."""

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.documents.paper import A4, PAPERS
from app.documents.pick_list import pick_list
from app.kernel.uow import unit_of_work
from app.queries import pick_walk
from app.web.forms.warehouse import ScanForm
from app.web.htmx import wants_partial
from app.web.page import page
from app.web.pdf import pdf
from app.web.roles import current_actor
from app.web.runtime import files
from app.web.toasts import toast
from app.web.warehouse import picked, walks
from app.web.warehouse.here import here
from app.web.warehouse.picked import Asked
from app.web.warehouse.saying import READY, Saying, error, ok
from app.workflows.load_slips import load_slips
from app.workflows.make_packing_slips import print_slips
from app.workflows.pick_work import pick, put_back
from app.workflows.print_pick_lists import load_pick_list

NOTHING_CHOSEN: Mapping[str, str] = {}
TURNS = {str(turn) for turn in range(100)}

bp = Blueprint("picks", __name__, url_prefix="/picks")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        place = here(session)
        lists = pick_walk.pick_lists(session, place.ids)
    return page("warehouse/picks/index.html", partial="warehouse/picks/_lists.html", here=place, lists=lists)


@bp.get("/<int(max=999999999999):pick_list_id>")
def show(pick_list_id: int) -> ResponseReturnValue:
    return _station(pick_list_id, READY, request.args.get("at", type=int), request.args)


@bp.post("/<int(max=999999999999):pick_list_id>/units")
def create_units(pick_list_id: int) -> ResponseReturnValue:
    """One unit by its code, or as many as typed of the stop that is shown; a bin or a lot says where from instead."""
    form = ScanForm()
    asked: Asked | None = None
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            asked = picked.asked(session, walks.of_person(session, pick_list_id), form)
            pick(session, asked.picks, actor=current_actor())
    if asked is None or form.errors:
        return _station(pick_list_id, error(form), form.line.data, request.form)
    if asked.place or not wants_partial():
        return redirect(url_for(".show", pick_list_id=pick_list_id, **{"at": form.line.data, **asked.place}), code=303)
    return _station(pick_list_id, ok(asked.said), form.line.data)


@bp.post("/<int(max=999999999999):pick_list_id>/returns")
def create_return(pick_list_id: int) -> ResponseReturnValue:
    """Units go back to the shelf."""
    form = ScanForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            back = picked.asked(session, walks.of_person(session, pick_list_id), form, is_back=True)
            put_back(session, back.picks, actor=current_actor())
            toast(f"{back.what} is back on the shelf.")
    if form.errors:
        return _station(pick_list_id, error(form), None)
    return redirect(url_for(".show", pick_list_id=pick_list_id), code=303)


@bp.get("/<int(max=999999999999):pick_list_id>.pdf")
def show_pdf(pick_list_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        walk = walks.of_person(session, pick_list_id)
        values = load_pick_list(session, walk.id)
    return pdf(pick_list(values, A4), f"PL-{walk.id}.pdf")


@bp.get("/<int(max=999999999999):pick_list_id>/slips.pdf")
def show_slips(pick_list_id: int) -> ResponseReturnValue:
    """The packing slips of the whole walk in one file, each on a page of its own."""
    paper = PAPERS.get(request.args.get("paper", "a4"), A4)
    with unit_of_work() as session:
        walk = walks.of_person(session, pick_list_id)
        ids = list(dict.fromkeys(stop.fulfilment_order_id for stop in walk.stops))
        loaded = load_slips(session, ids, is_copy="copy" in request.args)
    if not loaded:
        return redirect(url_for(".show", pick_list_id=pick_list_id))
    return pdf(print_slips(loaded, files(), paper=paper), f"PL-{walk.id}-slips.pdf")


def _station(
    pick_list_id: int, saying: Saying, line_id: int | None, chosen: Mapping[str, str] = NOTHING_CHOSEN
) -> Response:
    turn = chosen.get("turn", "")
    with unit_of_work() as session:
        walk = walks.of_person(session, pick_list_id)
    place = {name: chosen.get(name, "")[:60] for name in ("bin", "lot")}
    return page(
        "warehouse/picks/show.html",
        partial="warehouse/picks/_station.html",
        status=saying.status,
        walk=walk,
        spot=walks.spot(walk, line_id, int(turn) if turn in TURNS else None, **place),
        saying=saying,
        form=ScanForm(formdata=None),
    )
