"""Transfers from the floor: written by scanning, sent, dated anew, dropped or brought back."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.inventory import sites
from app.kernel import clock, text
from app.kernel.uow import run, unit_of_work
from app.queries import actors, pick_queue, transfer_list
from app.queries.transfer_list import FLOOR_VIEWS
from app.web.forms.transfers import DayForm, GoodsForm, TransferForm
from app.web.htmx import wants_partial
from app.web.page import page
from app.web.roles import current_actor, site_scope
from app.web.toasts import toast
from app.web.warehouse import hands, ways
from app.web.warehouse.here import here
from app.web.warehouse.saying import READY, Saying, error, ok, units_in_words
from app.workflows.draft_transfers import Goods, TransferRequest, ask_for, draft_transfers
from app.workflows.expect_transfers import reschedule_transfers
from app.workflows.read_carton import refuse_elsewhere, refuse_frozen
from app.workflows.read_unit import read_at_site
from app.workflows.receive_transfers import cancel_transfers
from app.workflows.send_transfers import send_transfers

bp = Blueprint("transfers", __name__, url_prefix="/transfers")
USUAL_WAY = timedelta(days=3)


@bp.get("/")
def index() -> ResponseReturnValue:
    view = text.choice(request.args.get("view") or "receive", FLOOR_VIEWS, field="view")
    today = clock.now().date()
    with unit_of_work() as session:
        place = here(session)
        after = request.args.get("after")
        found = transfer_list.transfer_list(session, FLOOR_VIEWS[view], sites=place.ids, after=after, today=today)
        counts = transfer_list.counts(session, place.ids)
    shown: dict[str, Any] = {"here": place, "found": found, "view": view, "views": FLOOR_VIEWS, "counts": counts}
    return page("warehouse/transfers/index.html", partial="warehouse/transfers/_list.html", today=today, **shown)


@bp.get("/new")
def new() -> ResponseReturnValue:
    return _new_page(TransferForm(formdata=None, expected_on=clock.now().date() + USUAL_WAY), request.args.get("site"))


@bp.post("/")
def create() -> ResponseReturnValue:
    form, number = TransferForm(), ""
    with unit_of_work() as session:
        _offer(session, form)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            wanted = TransferRequest(**{name: form.data[name] for name in ("from_site", "to_site", "expected_on")})
            [number] = draft_transfers(session, [wanted], actor=current_actor())
    if form.errors:
        return _new_page(form)
    return redirect(url_for(".show", number=number), code=303)


@bp.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    return station(number, READY)


@bp.post("/<number>/goods")
def create_goods(number: str) -> ResponseReturnValue:
    """One more of what was scanned, or so many as typed; ``is_back`` takes them off again."""
    form, said = GoodsForm(), ""
    if form.submitted():
        with form.refusals():
            said = run(lambda session: _ask(session, number, form))
    if not form.errors and not wants_partial():
        return redirect(url_for(".show", number=number), code=303)
    return station(number, error(form) if form.errors else ok(said), typed=form if form.errors else None)


@bp.post("/<number>/departure")
def create_departure(number: str) -> ResponseReturnValue:
    form = DayForm()
    if form.submitted():
        with form.refusals():
            run(lambda session: _send(session, number, form))
    if form.errors:
        return station(number, error(form))
    toast(f"{number} is on its way. It counts as stock to come at the other site.")
    return redirect(url_for(".show", number=number), code=303)


@bp.post("/<number>/cancellation")
def create_cancellation(number: str) -> ResponseReturnValue:
    """A draft is dropped; what was on its way is back."""
    way = run(lambda session: _cancel(session, number))
    dropped = f"{number} is dropped: nothing had moved."
    back = f"{number} is cancelled. What was on its way is stock of {way.transfer.from_site} again."
    toast(dropped if way.transfer.is_draft else back)
    return redirect(url_for(".show", number=number), code=303)


@bp.post("/<number>/day")
def create_day(number: str) -> ResponseReturnValue:
    form = DayForm()
    if form.submitted():
        with form.refusals():
            run(lambda session: _reschedule(session, number, form))
    if form.errors:
        return station(number, error(form))
    toast("The day is changed: promises that rest on these goods follow it.")
    return redirect(url_for(".show", number=number), code=303)


def station(
    number: str, saying: Saying, *, surplus: GoodsForm | None = None, typed: GoodsForm | None = None
) -> Response:
    """The transfer's own page, as a terminal shows it; ``typed`` is what was refused, to be put right."""
    with unit_of_work() as session:
        way = ways.of_person(session, number)
        names = actors.names(session, {entry.actor for entry in way.transfer.entries})
    shown: dict[str, Any] = {"way": way, "one": way.transfer, "names": names, "saying": saying, "surplus": surplus}
    shown["typed"] = typed
    return page(
        "warehouse/transfers/show.html",
        partial="warehouse/transfers/_station.html",
        status=saying.status,
        form=GoodsForm(formdata=None),
        day=DayForm(formdata=None, expected_on=way.transfer.expected_on),
        today=clock.now().date(),
        **shown,
    )


def _ask(session: Session, number: str, form: GoodsForm) -> str:
    way = ways.from_start(session, number)
    likely, code = {line.sku for line in way.transfer.lines}, form.code.data or ""
    unit, carton = read_at_site(session, code, site_id=way.transfer.from_site_id, skus=likely)
    if not form.is_back.data:
        refuse_elsewhere(carton, way.transfer.from_site)
        refuse_frozen(carton, "it may not leave, put it back and scan another one")
    numbers = form.listed or ((unit.serial,) if unit.serial else ())
    units = len(numbers) or form.quantity.data or 1
    lot = form.lot.data or ("" if numbers else unit.lot)
    signed = -units if form.is_back.data else units
    goods = Goods(sku=unit.sku, quantity=signed, lot=lot, serials=numbers, scan=form.scan_id)
    ask_for(session, {way.transfer.id: [goods]}, actor=current_actor())
    what = units_in_words(unit.sku, units, lot=lot, serials=numbers)
    if unit.is_numbered and not (numbers or form.is_back.data):
        return f"{what} added: now scan the number on it"
    return f"{what} {'off' if form.is_back.data else 'added'}"


def _send(session: Session, number: str, form: DayForm) -> None:
    way = ways.from_start(session, number)
    reschedule_transfers(session, {way.transfer.id: form.day}, actor=current_actor())
    send_transfers(session, [way.transfer.id], actor=current_actor())


def _reschedule(session: Session, number: str, form: DayForm) -> None:
    way = ways.of_person(session, number)
    reschedule_transfers(session, {way.transfer.id: form.day}, actor=current_actor())


def _cancel(session: Session, number: str) -> ways.Way:
    way = ways.from_start(session, number)
    cancel_transfers(session, [way.transfer.id], actor=current_actor())
    return way


def _offer(session: Session, form: TransferForm) -> None:
    """Raises NotFound for goods that should leave from somebody else's site."""
    if form.is_submitted() and form.from_site.data:
        hands.site_of_person(session, form.from_site.data)
    every = [(site.code, f"{site.code}, {site.name}") for site in sites.active(session)]
    own = [(site.code, f"{site.code}, {site.name}") for site in pick_queue.places(session, site_scope())]
    form.offer(own, sorted(every))


def _new_page(form: TransferForm, start: str | None = None) -> Response:
    with unit_of_work() as session:
        _offer(session, form)
    if not form.is_submitted():
        form.point_elsewhere(start)
    return page("warehouse/transfers/new.html", partial="warehouse/transfers/_form.html", form=form, status=form.status)
