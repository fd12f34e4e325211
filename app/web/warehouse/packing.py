"""The pack station: what to pack, and the box that is open."""

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.uow import unit_of_work
from app.queries import pick_queue, work_page
from app.queries.pick_queue import VIEWS
from app.queries.work_page import Head
from app.web.forms.warehouse import CloseForm, ScanForm
from app.web.htmx import wants_partial
from app.web.page import page
from app.web.roles import current_actor, require_site
from app.web.toasts import toast
from app.web.warehouse.here import here
from app.web.warehouse.saying import READY, STOPPED, Saying, error, ok
from app.workflows.pack_work import Check, Closing, acknowledge, close_parcels, verify
from app.workflows.unpack_work import empty_boxes

bp = Blueprint("packing", __name__, url_prefix="/packing")
TAKEN_OUT = ("", "OK", "WB:OK")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        place = here(session)
        found = pick_queue.pick_queue(session, VIEWS["pack"], place.ids, after=request.args.get("after", ""))
    return page(
        "warehouse/packing/index.html",
        partial="warehouse/packing/_list.html",
        here=place,
        found=found,
        now=clock.now(),
    )


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    return _station(code, READY)


@bp.post("/<code>/checks")
def create_check(code: str) -> ResponseReturnValue:
    """An item held before the scanner. While a wrong one lies in the box, OK or Enter says that it is out."""
    form = ScanForm()
    scanned = (form.code.data or "").strip()
    with unit_of_work() as session:
        head = _head(session, code)
    if head.wrong:
        return create_acknowledgement(code) if scanned.upper() in TAKEN_OUT else _station(code, STOPPED)
    if not scanned or not form.submitted():
        return _station(code, error(form))
    with form.refusals(), unit_of_work() as session:
        verify(session, [_check(form, head, scanned)], actor=current_actor())
    return _answer(code, error(form) if form.errors else ok(f"{scanned} is right"))


@bp.post("/<code>/acknowledgements")
def create_acknowledgement(code: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        acknowledge(session, [_head(session, code).id])
    return _answer(code, ok("Go on: scan the next item"))


@bp.post("/<code>/emptyings")
def create_emptying(code: str) -> ResponseReturnValue:
    """Everything out of the open box: it is scanned anew."""
    with unit_of_work() as session:
        empty_boxes(session, [_head(session, code).id], actor=current_actor())
    return _answer(code, ok("The box is empty", "Scan each item again as it goes in"))


@bp.post("/<code>/parcels")
def create_parcel(code: str) -> ResponseReturnValue:
    form = CloseForm()
    parcel_ids: list[int] = []
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            head = _head(session, code)
            closing = Closing(fulfilment_order_id=head.id, is_partial=bool(form.rest.data), weight_g=form.weight_g.data)
            parcel_ids = close_parcels(session, [closing], actor=current_actor())
    if form.errors:
        return _station(code, error(form))
    if form.rest.data:
        toast("The box is closed: take the next one.")
        return redirect(url_for(".show", code=code), code=303)
    return redirect(url_for("warehouse.shipments.show", parcel_id=parcel_ids[0]), code=303)


def _check(form: ScanForm, head: Head, scanned: str) -> Check:
    units = form.quantity.data or 1
    return Check(fulfilment_order_id=head.id, code=scanned, client_scan_id=form.scan_id, quantity=units)


def _head(session: Session, code: str) -> Head:
    head = work_page.head(session, code)
    require_site(head.site_id)
    return head


def _answer(code: str, saying: Saying) -> ResponseReturnValue:
    if saying.status == 200 and not wants_partial():
        return redirect(url_for(".show", code=code), code=303)
    return _station(code, saying)


def _station(code: str, saying: Saying) -> Response:
    with unit_of_work() as session:
        head = _head(session, code)
        lines = work_page.lines(session, head.id)
        wrong_name = work_page.name_of(session, head.wrong) if head.wrong else ""
        parcels = work_page.parcels(session, head.id)
    return page(
        "warehouse/packing/show.html",
        partial="warehouse/packing/_station.html",
        status=saying.status,
        head=head,
        lines=lines,
        parcels=parcels,
        wrong_name=wrong_name,
        saying=saying,
        form=ScanForm(formdata=None),
        closing=CloseForm(formdata=None),
    )
