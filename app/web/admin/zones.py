"""Delivery zones: where we deliver, and the tax there."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.kernel.uow import unit_of_work
from app.shipping import zone_list
from app.shipping.zone_list import ZoneRow
from app.web.forms.channels import NewZoneForm, ZoneForm
from app.web.page import page
from app.web.toasts import toast

bp = Blueprint("zones", __name__, url_prefix="/zones")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        zones = zone_list.listed(session)
    return page("admin/zones/index.html", partial="admin/zones/_table.html", zones=zones)


@bp.get("/new")
def new() -> ResponseReturnValue:
    return page("admin/zones/new.html", partial="admin/zones/_form.html", form=NewZoneForm(), code=None)


@bp.post("/")
def create() -> ResponseReturnValue:
    form = NewZoneForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            zone_list.add(session, form.zone(form.code.data or ""))
    if form.errors:
        return page("admin/zones/new.html", partial="admin/zones/_form.html", form=form, code=None, status=422)
    toast("Added. Orders to these places are taken from now on.")
    return redirect(url_for(".index"), code=303)


@bp.get("/<code>")
def edit(code: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        zone = zone_list.get(session, code)
    return page("admin/zones/edit.html", partial="admin/zones/_form.html", form=_filled(zone), code=code)


@bp.post("/<code>")
def update(code: str) -> ResponseReturnValue:
    form = ZoneForm()
    with unit_of_work() as session:
        zone_list.get(session, code)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            zone_list.change(session, form.zone(code))
    if form.errors:
        return page("admin/zones/edit.html", partial="admin/zones/_form.html", form=form, code=code, status=422)
    toast("Saved. It counts for orders that are placed from now on.")
    return redirect(url_for(".index"), code=303)


def _filled(zone: ZoneRow) -> ZoneForm:
    tax = f"{zone.tax_bp // 100}.{zone.tax_bp % 100:02}"
    kept = {name: getattr(zone, name) for name in ("name", "transit_days", "is_active")}
    return ZoneForm(**kept, tax=tax, rules="\n".join(zone.rules))
