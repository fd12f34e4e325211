"""Imports: upload, match the columns, dry run, confirm, watch, and take back."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.channels.queries import offered
from app.imports import lifecycle, staging
from app.imports.fields import KINDS
from app.imports.words import KINDS as KIND_WORDS
from app.kernel.uow import unit_of_work
from app.queries.import_page import ImportPage, import_list, import_page
from app.web.forms.base import choices
from app.web.forms.imports import UploadForm, columns_form
from app.web.htmx import htmx_response, wants_partial
from app.web.page import page
from app.web.roles import current_actor
from app.web.runtime import files
from app.web.security import takes_upload
from app.web.toasts import toast
from app.workflows import work_imports
from app.workflows.check_import import ask_for_check
from app.workflows.run_import import begin_run
from app.workflows.start_import import LARGEST, Upload, file_key, keep_upload, start_import
from app.workflows.undo_import import ask_for_undo

bp = Blueprint("imports", __name__, url_prefix="/imports")


STOP_POLLING = 286
MEGABYTES = LARGEST // 1_000_000 + 1


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        found, people = import_list(session, after=request.args.get("after", ""))
    return page("support/imports/index.html", found=found, people=people, kinds=KIND_WORDS)


@bp.get("/new")
def new() -> ResponseReturnValue:
    return _upload_page(UploadForm())


@bp.post("/")
@takes_upload(MEGABYTES)
def create() -> ResponseReturnValue:
    form = _with_channels(UploadForm())
    if not form.submitted():
        return _upload_page(form)
    given = form.file.data
    upload = Upload(kind=form.kind.data, name=given.filename, stream=given.stream, channel=form.channel.data)
    kept = keep_upload(upload, store=files())
    with unit_of_work() as session:
        row = start_import(session, kept, actor=current_actor())
    return redirect(url_for(".show", import_id=row.id), code=303)


@bp.get("/<int:import_id>")
def show(import_id: int) -> ResponseReturnValue:
    return _show(import_id)


@bp.get("/<int:import_id>/columns")
def edit_columns(import_id: int) -> ResponseReturnValue:
    return _columns_page(_found(import_id))


@bp.post("/<int:import_id>/check")
def create_check(import_id: int) -> ResponseReturnValue:
    found = _found(import_id)
    form = columns_form(found.row, found.options)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            ask_for_check(session, import_id, columns=form.mapping, options=form.options)
            work_imports.plan(session, work_imports.CHECK, import_id, file_key=file_key(session, found.row))
    return _columns_page(found, form) if form.errors else _done(import_id)


@bp.post("/<int:import_id>/run")
def create_run(import_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        begin_run(session, import_id)
        work_imports.plan(session, work_imports.RUN, import_id)
    return _done(import_id)


@bp.post("/<int:import_id>/pause")
def create_pause(import_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        lifecycle.move(session, lifecycle.lock(session, import_id), "stop")
    return _done(import_id, "Paused. What is in stays in.")


@bp.post("/<int:import_id>/undo")
def create_undo(import_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        ask_for_undo(session, import_id)
        work_imports.plan(session, work_imports.UNDO, import_id)
    return _done(import_id)


@bp.post("/<int:import_id>/discard")
def create_discard(import_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        lifecycle.move(session, lifecycle.lock(session, import_id), "discard")
        staging.clear(session, import_id)
    toast("Import discarded. Nothing of it was taken in.")
    return redirect(url_for(".index"), code=303)


def _found(import_id: int) -> ImportPage:
    with unit_of_work() as session:
        return import_page(session, import_id)


def _show(import_id: int) -> ResponseReturnValue:
    found = _found(import_id)
    if found.row.state == "uploaded":
        return _columns_page(found)
    if wants_partial() and not found.is_working:
        body = render_template("support/imports/_import.html", found=found)
        return htmx_response(body, STOP_POLLING, retarget=f"#import-{import_id}", reswap="outerHTML")
    return page("support/imports/show.html", partial="support/imports/_working.html", found=found)


def _columns_page(found: ImportPage, form: object = None) -> ResponseReturnValue:
    shown = form or columns_form(found.row, found.options)
    status = getattr(shown, "status", 200)
    needed = [field.label for field in KINDS[found.row.kind] if field.is_required]
    return page("support/imports/columns.html", found=found, form=shown, needed=needed, status=status)


def _upload_page(form: UploadForm) -> ResponseReturnValue:
    shown: dict[str, Any] = {"form": _with_channels(form), "megabytes": LARGEST // 1_000_000, "kinds": KIND_WORDS}
    return page("support/imports/new.html", status=form.status, **shown)


def _with_channels(form: UploadForm) -> UploadForm:
    with unit_of_work() as session:
        form.channel.choices = choices(*offered(session, first="csv"))
    return form


def _done(import_id: int, message: str = "") -> ResponseReturnValue:
    if message:
        toast(message)
    return redirect(url_for(".show", import_id=import_id), code=303)
