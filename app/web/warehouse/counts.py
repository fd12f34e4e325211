"""Counting: bin by bin, blind; and counting again what somebody else counted."""

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel.uow import run, unit_of_work
from app.queries import count_station
from app.queries.count_station import Station
from app.web.forms.base import Form
from app.web.forms.counting import CountForm, PlaceForm, TypedForm
from app.web.htmx import wants_partial
from app.web.page import page
from app.web.roles import current_actor, require_site
from app.web.toasts import toast
from app.web.warehouse import count_scans, count_words
from app.web.warehouse.here import here
from app.web.warehouse.saying import READY, Saying, error
from app.workflows.count_places import Closing, Entered, close_places, count_units, restart_places
from app.workflows.recount_places import recount_units
from app.workflows.settle_counts import submit

bp = Blueprint("counts", __name__, url_prefix="/counts")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        place = here(session)
        counts = count_station.on_the_floor(session, place.ids)
    return page("warehouse/counts/index.html", partial="warehouse/counts/_list.html", here=place, counts=counts)


@bp.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    return _station(number, READY, request.args.get("at", type=int))


@bp.post("/<number>/units")
def create_units(number: str) -> ResponseReturnValue:
    """One unit by its code, or all of them as typed; the code of a bin of this count leads there."""
    form = CountForm()
    entered: list[Entered] = []
    at = form.place.data
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            station = _of_person(session, number)
            at = count_words.bin_scanned(station, form) or at
            if at == form.place.data:
                entered = count_units(session, count_scans.entries(session, station, form), actor=current_actor())
    return _answer(number, form, entered, at)


@bp.post("/<number>/recounts")
def create_recount(number: str) -> ResponseReturnValue:
    form = CountForm()
    entered: list[Entered] = []
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            again = count_scans.again(session, _of_person(session, number), form)
            entered = recount_units(session, again, actor=current_actor())
    return _answer(number, form, entered, form.line.data if form.is_more or form.errors else None)


@bp.post("/<number>/closings")
def create_closing(number: str) -> ResponseReturnValue:
    form = PlaceForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            closing = Closing(count_id=_of_person(session, number).id, place_id=form.place_id)
            close_places(session, [closing], actor=current_actor())
    if form.errors:
        return _station(number, error(form), form.place.data)
    return redirect(url_for(".show", number=number), code=303)


@bp.post("/<number>/restarts")
def create_restart(number: str) -> ResponseReturnValue:
    form = PlaceForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            closing = Closing(count_id=_of_person(session, number).id, place_id=form.place_id)
            restart_places(session, [closing])
            toast("This place is counted from the start.")
    if form.errors:
        return _station(number, error(form), form.place.data)
    return redirect(url_for(".show", number=number, at=form.place.data), code=303)


@bp.post("/<number>/submission")
def create_submission(number: str) -> ResponseReturnValue:
    form = Form()
    if form.submitted():
        with form.refusals():
            run(lambda session: submit(session, [_of_person(session, number).id], actor=current_actor()))
    if form.errors:
        return _station(number, error(form), None)
    toast(f"{number} is handed in. Thank you.")
    return redirect(url_for(".index"), code=303)


def _of_person(session: Session, number: str) -> Station:
    """Raises ``NotFound`` for a count of another site."""
    station = count_station.station(session, number, me=current_actor().code)
    require_site(station.site_id)
    return station


def _answer(number: str, form: CountForm, entered: list[Entered], at: int | None) -> ResponseReturnValue:
    if form.errors:
        return _station(number, error(form), at, typed=form if form.serials.data and not form.is_back.data else None)
    if not wants_partial():
        return redirect(url_for(".show", number=number, at=at), code=303)
    return _station(number, count_words.said(form, entered), at)


def _station(number: str, saying: Saying, at: int | None, *, typed: CountForm | None = None) -> Response:
    """``typed`` are numbers that were refused, to be put right."""
    with unit_of_work() as session:
        station = _of_person(session, number)
    return page(
        "warehouse/counts/show.html",
        partial="warehouse/counts/_station.html",
        status=saying.status,
        station=station,
        stop=station.at(at) if station.is_open else None,
        again=station.again_at(at) if station.is_recount else None,
        saying=saying,
        form=TypedForm(formdata=None),
        typed=typed,
    )
