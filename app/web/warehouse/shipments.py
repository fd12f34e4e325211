"""Parcels: handed to a carrier, opened again, delivered."""

from collections.abc import Sequence

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.kernel.uow import unit_of_work
from app.queries import parcel_board
from app.queries.parcel_board import VIEWS, Shipment
from app.web.forms.base import Form
from app.web.forms.warehouse import SelectionForm, ShipForm
from app.web.page import page
from app.web.roles import current_actor, require_site
from app.web.toasts import toast
from app.web.warehouse.here import here
from app.workflows.deliver_parcels import deliver_parcels
from app.workflows.ship_orders import Dispatch, ship_orders
from app.workflows.unpack_work import unpack_parcels

bp = Blueprint("shipments", __name__, url_prefix="/shipments")


@bp.get("/")
def index() -> ResponseReturnValue:
    view = request.args.get("view", "packed")
    if view not in VIEWS:
        return redirect(url_for(".index"))
    with unit_of_work() as session:
        place = here(session)
        found = parcel_board.parcel_board(session, VIEWS[view][1], place.ids, after=request.args.get("after", ""))
    return page(
        "warehouse/shipments/index.html",
        partial="warehouse/shipments/_list.html",
        view=view,
        views=VIEWS,
        here=place,
        found=found,
    )


@bp.get("/<int(max=999999999999):parcel_id>")
def show(parcel_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        parcel = _parcel(session, parcel_id)
        known = parcel_board.carriers(session, parcel.site_id)
    return _page(parcel_id, ShipForm(carrier=parcel.carrier or next(iter(known), "")))


@bp.post("/<int(max=999999999999):parcel_id>/departure")
def create_departure(parcel_id: int) -> ResponseReturnValue:
    form = ShipForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            parcel = _parcel(session, parcel_id)
            dispatch = Dispatch(
                parcel_id=parcel.id, carrier=form.carrier.data, tracking_number=form.tracking_number.data
            )
            ship_orders(session, [dispatch], actor=current_actor())
    if form.errors:
        return _page(parcel_id, form)
    toast(f"Handed to {form.carrier.data}.")
    return redirect(url_for(".show", parcel_id=parcel_id), code=303)


@bp.post("/<int(max=999999999999):parcel_id>/opening")
def create_opening(parcel_id: int) -> ResponseReturnValue:
    """The parcel is opened before it leaves; its items are verified anew."""
    form = Form()
    with unit_of_work() as session:
        parcel = _parcel(session, parcel_id)
        if form.submitted():
            unpack_parcels(session, [parcel.id], actor=current_actor())
    toast("The parcel is open: scan its items again.", tone="warn")
    return redirect(url_for("warehouse.packing.show", code=parcel.work), code=303)


@bp.post("/arrivals")
def create_arrivals() -> ResponseReturnValue:
    """Parcels that the carrier, or the customer, says have arrived."""
    form = SelectionForm()
    if not form.submitted():
        toast("Nothing was selected: tick some parcels first.", tone="warn")
        return redirect(url_for(".index", view="shipped"), code=303)
    with unit_of_work() as session:
        _require_sites(session, form.selected.data)
        deliver_parcels(session, form.selected.data, actor=current_actor())
    count = len(form.selected.data)
    toast(f"{count} {'parcel' if count == 1 else 'parcels'} delivered.")
    return redirect(url_for(".index", view="shipped"), code=303)


def _require_sites(session: Session, parcel_ids: Sequence[int]) -> None:
    found = parcel_board.sites_of(session, parcel_ids)
    if len(found) < len(set(parcel_ids)):
        raise NotFound("There is no such parcel at your sites.")
    for site_id in found.values():
        require_site(site_id)


def _parcel(session: Session, parcel_id: int) -> Shipment:
    parcel = parcel_board.shipment(session, parcel_id)
    require_site(parcel.site_id)
    return parcel


def _page(parcel_id: int, form: ShipForm) -> Response:
    with unit_of_work() as session:
        parcel = _parcel(session, parcel_id)
        contents = parcel_board.contents(session, parcel_id)
        carriers = parcel_board.carriers(session, parcel.site_id)
    return page(
        "warehouse/shipments/show.html",
        partial="warehouse/shipments/_parcel.html",
        status=form.status,
        parcel=parcel,
        contents=contents,
        carriers=carriers,
        form=form,
    )
