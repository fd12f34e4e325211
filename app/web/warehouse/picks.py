"""Pick lists and the walk along one: scan or type, one stop at a time."""

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.catalogue import codes
from app.documents.paper import A4, PAPERS
from app.documents.pick_list import pick_list
from app.fulfilment import scans
from app.kernel.uow import unit_of_work
from app.queries import pick_walk
from app.queries.pick_walk import Walk
from app.web.forms.warehouse import ScanForm
from app.web.htmx import wants_partial
from app.web.page import page
from app.web.roles import current_actor
from app.web.runtime import files
from app.web.toasts import toast
from app.web.warehouse import walks
from app.web.warehouse.here import here
from app.web.warehouse.pdf import pdf
from app.web.warehouse.saying import READY, Saying, error, ok
from app.workflows.load_slips import load_slips
from app.workflows.make_packing_slips import print_slips
from app.workflows.pick_work import Pick, pick, put_back
from app.workflows.print_pick_lists import load_pick_list

bp = Blueprint("picks", __name__, url_prefix="/picks")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        place = here(session)
        lists = pick_walk.pick_lists(session, place.ids)
    return page("warehouse/picks/index.html", partial="warehouse/picks/_lists.html", here=place, lists=lists)


@bp.get("/<int(max=999999999999):pick_list_id>")
def show(pick_list_id: int) -> ResponseReturnValue:
    return _station(pick_list_id, READY, request.args.get("at", type=int))


@bp.post("/<int(max=999999999999):pick_list_id>/units")
def create_units(pick_list_id: int) -> ResponseReturnValue:
    """One unit by its code, or as many as typed of the stop that is shown."""
    form = ScanForm()
    picked: Pick | None = None
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            picked = _asked(session, walks.of_person(session, pick_list_id), form)
            pick(session, [picked], actor=current_actor())
    if picked is None or form.errors:
        return _station(pick_list_id, error(form), form.line.data)
    if not wants_partial():
        return redirect(url_for(".show", pick_list_id=pick_list_id, at=form.line.data), code=303)
    return _station(pick_list_id, ok(f"{picked.quantity} × {picked.code} picked"), form.line.data)


@bp.post("/<int(max=999999999999):pick_list_id>/returns")
def create_return(pick_list_id: int) -> ResponseReturnValue:
    """Units go back to the shelf."""
    form = ScanForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            back = _asked(session, walks.of_person(session, pick_list_id), form, is_back=True)
            put_back(session, [back], actor=current_actor())
            toast(f"{back.quantity} × {back.code} is back on the shelf.")
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


def _asked(session: Session, walk: Walk, form: ScanForm, *, is_back: bool = False) -> Pick:
    """A typed number belongs to its line; a scan to the stop shown, if it is of that SKU, else to the next of it."""
    code = form.code.data or ""
    sku = codes.resolve(session, {code}).get(code, code) if code else ""
    # After the walk was read, and from the whole walk: a scan that comes again must not count for the next stop.
    before = scans.work_of(session, {stop.fulfilment_order_id for stop in walk.stops}, form.scan_id)
    if before and code:
        return _pick(before, sku, form)
    if code:
        stop = walks.of_sku(walk, sku, near=form.line.data, is_back=is_back)
    else:
        stop = walks.of_line(walk, form.line.data)
    return _pick(stop.fulfilment_order_id, stop.sku, form)


def _pick(fulfilment_order_id: int, sku: str, form: ScanForm) -> Pick:
    return Pick(
        fulfilment_order_id=fulfilment_order_id,
        code=sku,
        quantity=form.quantity.data or 1,
        client_scan_id=form.scan_id,
    )


def _station(pick_list_id: int, saying: Saying, line_id: int | None) -> Response:
    with unit_of_work() as session:
        walk = walks.of_person(session, pick_list_id)
    return page(
        "warehouse/picks/show.html",
        partial="warehouse/picks/_station.html",
        status=saying.status,
        walk=walk,
        stop=walk.at(line_id),
        saying=saying,
        form=ScanForm(formdata=None),
    )
