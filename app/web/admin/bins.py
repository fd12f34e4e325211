"""The bins of a site: zones, rules, how full they are, and what lies in none."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.inventory import keep_bins, site_list
from app.kernel import ids, text
from app.kernel.uow import unit_of_work
from app.queries import bin_list, counts_under_way
from app.web.forms.transfers import BinForm, NewBinForm
from app.web.page import page
from app.web.toasts import toast

bp = Blueprint("bins", __name__, url_prefix="/sites/<site>/bins")


@bp.get("/")
def index(site: str) -> ResponseReturnValue:
    zone = text.line(request.args["zone"], field="zone", most=24) if "zone" in request.args else None
    with unit_of_work() as session:
        where = site_list.get(session, site)
        found = bin_list.bin_list(session, where.id, zone=zone, after=request.args.get("after"))
        zones, loose = bin_list.zones(session, where.id), bin_list.loose(session, where.id)
    shown: dict[str, Any] = {"site": where, "found": found, "zones": zones, "zone": zone, "loose": loose}
    return page("admin/bins/index.html", partial="admin/bins/_list.html", **shown)


@bp.get("/new")
def new(site: str) -> ResponseReturnValue:
    return _form_page(site, NewBinForm(formdata=None, zone=request.args.get("zone", ""), pick_sequence=10))


@bp.post("/")
def create(site: str) -> ResponseReturnValue:
    form, code = NewBinForm(), ""
    with unit_of_work() as session:
        where = site_list.get(session, site)
    if form.submitted():
        code = (form.code.data or "").upper()
        with form.refusals(), unit_of_work() as session:
            keep_bins.add_bin(session, where.id, code, form.facts())
    if form.errors:
        return _form_page(site, form)
    toast(f"{code} is added: goods can be put there.")
    return redirect(url_for(".index", site=site), code=303)


@bp.get("/<code>")
def edit(site: str, code: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        row = bin_list.get(session, site_list.get(session, site).id, code)
    return _form_page(site, BinForm(formdata=None, obj=row), code)


@bp.post("/<code>")
def update(site: str, code: str) -> ResponseReturnValue:
    form = BinForm()
    with unit_of_work() as session:
        where = site_list.get(session, site)
        bin_list.get(session, where.id, code)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            keep_bins.change_bin(session, where.id, code, form.facts())
    if form.errors:
        return _form_page(site, form, code)
    toast("Saved. Rules count for what is put there from now on.")
    return redirect(url_for(".index", site=site), code=303)


def _form_page(site: str, form: BinForm, code: str = "") -> Response:
    with unit_of_work() as session:
        where = site_list.get(session, site)
        zones = bin_list.zones(session, where.id)
        row = bin_list.get(session, where.id, code) if code else None
        counting = counts_under_way.of_bin(session, row.id) if row else ""
    shown: dict[str, Any] = {"site": where, "form": form, "bin": row, "zones": zones, "status": form.status}
    shown |= {"counting": counting, "count_key": ids.public_token()}
    return page("admin/bins/edit.html", partial="admin/bins/_form.html", **shown)
