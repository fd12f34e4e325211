"""Setting goods aside on the floor: what, how many, why, and a photo of it."""

from dataclasses import replace

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel import files as stored
from app.kernel.pictures import KEPT_AS, LARGEST_FILE, clean_photo
from app.kernel.text import counted
from app.kernel.uow import run, unit_of_work
from app.queries import actors, pick_queue, quarantine_board
from app.queries.quarantine_board import PAGE
from app.web.forms.base import choices
from app.web.forms.lots import SetAsideForm
from app.web.once import once
from app.web.page import page
from app.web.roles import current_actor, refuse_other_sites, site_scope
from app.web.runtime import files
from app.web.security import takes_upload
from app.web.toasts import toast
from app.web.warehouse.here import here
from app.workflows.quarantine import SetAside, set_units_aside

bp = Blueprint("quarantine", __name__, url_prefix="/quarantine")
MEGABYTES = LARGEST_FILE // 1_000_000 + 1


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        place = here(session)
        found = quarantine_board.cases(session, site_ids=place.ids)[:PAGE]
        names = actors.names(session, {case.opened_by for case in found})
    return page(
        "warehouse/quarantine/index.html",
        partial="warehouse/quarantine/_list.html",
        here=place,
        cases=found,
        names=names,
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    return _form(_with_sites(SetAsideForm(site=request.args.get("site"))))


@bp.post("/")
@takes_upload(MEGABYTES)
def create() -> ResponseReturnValue:
    form = _with_sites(SetAsideForm())
    if form.submitted():
        with form.refusals():
            _set_aside(form)
    if form.errors:
        return _form(form)
    toast(f"{counted(form.quantity.data or 0, 'unit')} set aside. Somebody who may will decide what becomes of that.")
    return redirect(url_for(".new", site=form.site.data), code=303)


def _set_aside(form: SetAsideForm) -> None:
    """The photo is kept before: a refusal leaves a stray file, never a case without its photo."""
    given = form.photo.data
    photo = clean_photo(given.stream.read(LARGEST_FILE + 1)) if given else None
    kept = stored.keep(files(), photo, name="photo.jpg", media_type=KEPT_AS) if photo else None
    actor = current_actor()

    def write(session: Session) -> None:
        file_id = stored.add(session, kept) if kept else None
        set_units_aside(session, [replace(_asked(form), photo_file_id=file_id)], actor=actor)

    run(lambda session: once(session, form, lambda: write(session)))


def _asked(form: SetAsideForm) -> SetAside:
    return SetAside(
        site_id=int(form.site.data),
        code=form.code.data,
        quantity=form.quantity.data or 0,
        condition=form.condition.data,
        reason=form.reason.data,
        bin=form.bin.data,
        lot=form.lot.data,
        to_bin=form.to_bin.data,
    )


def _with_sites(form: SetAsideForm) -> SetAsideForm:
    with unit_of_work() as session:
        places = pick_queue.places(session, site_scope())
    refuse_other_sites(form.site.data, {place.id for place in places})
    form.site.choices = choices(*((str(place.id), f"{place.code} {place.name}") for place in places))
    return form


def _form(form: SetAsideForm) -> Response:
    return page(
        "warehouse/quarantine/new.html", partial="warehouse/quarantine/_form.html", status=form.status, form=form
    )
