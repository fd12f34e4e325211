"""Sites: where stock lies and orders leave from."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.inventory import site_list
from app.kernel.uow import unit_of_work
from app.web import company
from app.web.forms.sites import ChangedSiteForm, NewSiteForm
from app.web.page import page
from app.web.toasts import toast
from app.workflows.keep_sites import add_site, change_site

bp = Blueprint("sites", __name__, url_prefix="/sites")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        sites = site_list.listed(session)
    return page("admin/sites/index.html", partial="admin/sites/_table.html", sites=sites)


@bp.get("/new")
def new() -> ResponseReturnValue:
    form = NewSiteForm(time_zone=company.current().time_zone)
    return page("admin/sites/new.html", partial="admin/sites/_form.html", form=form, site=None)


@bp.post("/")
def create() -> ResponseReturnValue:
    form = NewSiteForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            add_site(session, (form.code.data or "").upper(), form.facts())
    if form.errors:
        return page("admin/sites/new.html", partial="admin/sites/_form.html", form=form, site=None, status=422)
    toast("Added. Orders may be routed there from now on.")
    return redirect(url_for(".index"), code=303)


@bp.get("/<code>")
def edit(code: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        site = site_list.get(session, code)
    form = ChangedSiteForm(obj=site)
    return page("admin/sites/edit.html", partial="admin/sites/_form.html", form=form, site=site)


@bp.post("/<code>")
def update(code: str) -> ResponseReturnValue:
    form = ChangedSiteForm()
    with unit_of_work() as session:
        site = site_list.get(session, code)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            change_site(session, code, form.facts(), version=form.seen_version)
    if form.errors:
        return page("admin/sites/edit.html", partial="admin/sites/_form.html", form=form, site=site, status=422)
    toast("Saved. It counts for orders that are routed from now on.")
    return redirect(url_for(".index"), code=303)
