"""Exports: a small one is sent at once, a large one is made in the background and kept for a week."""

from tempfile import TemporaryFile
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.exports.asked import KINDS, Asked, asked
from app.inventory.sites import all_of_them
from app.kernel import clock
from app.kernel.table_files import MEDIA_TYPES, Format
from app.kernel.uow import unit_of_work
from app.queries.export_page import export_page
from app.web.attachments import attachment
from app.web.forms.base import choices
from app.web.forms.exports import ExportForm
from app.web.htmx import wants_partial
from app.web.page import page
from app.web.roles import current_actor
from app.web.runtime import files
from app.web.toasts import toast
from app.workflows.make_export import SMALL, ask_again, file_of, is_small, start_export, write_export

bp = Blueprint("exports", __name__, url_prefix="/exports")

STOP_POLLING = 286


@bp.get("/")
def index() -> ResponseReturnValue:
    """A list that is too long to be sent at once leads here, with what it showed filled in."""
    return _page(ExportForm(formdata=request.args))


@bp.post("/")
def create() -> ResponseReturnValue:
    form = _with_sites(ExportForm())
    if not form.submitted():
        return _page(form)
    with form.refusals(), unit_of_work() as session:
        what = asked(form.kind.data, form.format.data, form.filters)
        if is_small(session, what):
            return redirect(_direct_url(what), code=303)
        start_export(session, what, actor=current_actor())
    return _page(form) if form.errors else redirect(url_for(".index"), code=303)


@bp.get("/<kind>.<any(csv, xlsx):format>")
def direct(kind: str, format: Format) -> ResponseReturnValue:
    """What a list shows, as a file. Too much of it is asked for on the page, and made in the background."""
    what = asked(kind, format, request.args)
    with unit_of_work() as session:
        if is_small(session, what):
            target = TemporaryFile()  # noqa: SIM115 - the answer closes it
            write_export(session, what, target, actor=current_actor())
            target.seek(0)
            return attachment(target, f"{_name(what)}.{format}", MEDIA_TYPES[format])
    toast(f"More than {SMALL:,} rows: press Export, and they are put together in the background.")
    return redirect(url_for(".index", kind=kind, format=format, **what.filters.to_json()))


@bp.get("/<int:export_id>/file")
def download(export_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        key, name = file_of(session, export_id)
    media_type = MEDIA_TYPES["xlsx" if name.endswith(".xlsx") else "csv"]
    return attachment(files().open(key), name, media_type)


@bp.post("/<int:export_id>/repetition")
def create_repetition(export_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        ask_again(session, export_id, actor=current_actor())
    return redirect(url_for(".index"), code=303)


def _page(form: ExportForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        found = export_page(session, after=request.args.get("after", ""))
    status = STOP_POLLING if wants_partial() and not found.is_working else form.status
    shown: dict[str, Any] = {"form": _with_sites(form), "found": found, "small": SMALL}
    return page("admin/exports/index.html", partial="admin/exports/_table.html", status=status, **shown)


def _direct_url(what: Asked) -> str:
    filters: dict[str, Any] = what.filters.to_json()
    return url_for(".direct", kind=what.kind, format=what.format, **filters)


def _with_sites(form: ExportForm) -> ExportForm:
    with unit_of_work() as session:
        sites = [(site.code, f"{site.code}, {site.name}") for site in all_of_them(session)]
    form.site.choices = choices(("", "All sites"), *sites)
    return form


def _name(what: Asked) -> str:
    return "-".join([KINDS[what.kind].label.lower().replace(" ", "-"), f"{clock.now():%Y-%m-%d}"])
