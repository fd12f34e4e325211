"""Stock that runs low: what, where, how much to order and why; and what counts for that."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.inventory import site_list
from app.kernel import text, uow
from app.kernel.money import Money
from app.queries import actors, alerts_list
from app.queries.alerts_list import STATES
from app.replenishment import alerts, terms
from app.replenishment.alerts import Snooze
from app.web import company
from app.web.forms.reorder import ReorderForm, SelectedForm, SnoozeForm, TermsForm
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast
from app.workflows import keep_terms
from app.workflows.company_day import today

bp = Blueprint("alerts", __name__, url_prefix="/alerts")

WEEK = timedelta(days=7)


@bp.get("/")
def index() -> ResponseReturnValue:
    asked = {name: text.line(request.args.get(name, ""), field=name, most=100) for name in ("q", "site", "state")}
    asked["state"] = text.choice(asked["state"] or "open", STATES, field="state")
    with uow.unit_of_work() as session:
        day = today(session)
        found = alerts_list.listed(session, asked, day, cursor=request.args.get("after"))
        counts, sites = alerts_list.counts(session, day), site_list.listed(session)
    shown: dict[str, Any] = {"found": found, "asked": asked, "states": STATES, "counts": counts, "sites": sites}
    shown["form"] = SelectedForm(formdata=None)
    return page("admin/alerts/index.html", partial="admin/alerts/_list.html", **shown)


@bp.get("/count")
def count() -> ResponseReturnValue:
    with uow.unit_of_work() as session:
        found = alerts_list.counts(session, today(session))["open"]
    return "99+" if found > 99 else str(found or "")


@bp.get("/<int:alert_id>")
def show(alert_id: int) -> ResponseReturnValue:
    return _page(alert_id)


@bp.post("/<int:alert_id>/snooze")
def create_snooze(alert_id: int) -> ResponseReturnValue:
    form = SnoozeForm()
    if form.submitted():
        with form.refusals(), uow.unit_of_work() as session:
            until, reason = form.until.data, form.reason.data or ""
            one = Snooze(alert_id=alert_id, until=until, reason=reason, today=today(session))
            alerts.snooze(session, [one], actor=current_actor())
    if form.errors:
        return _page(alert_id, snooze=form)
    toast("Snoozed. It is not counted until that day is over.")
    return redirect(url_for(".index"), code=303)


@bp.get("/skus/<path:code>")
def edit_terms(code: str) -> ResponseReturnValue:
    return _terms_page(code)


@bp.post("/skus/<path:code>")
def update_terms(code: str) -> ResponseReturnValue:
    form = TermsForm()
    if form.submitted():
        with form.refusals(), uow.unit_of_work() as session:
            cost = form.cost_minor(company.current().currency)
            keep_terms.change_terms(session, code, form.own(), cost_minor=cost)
    if form.errors:
        return _terms_page(code, form)
    toast("Saved. The next look, within ten minutes, counts with it.")
    return redirect(url_for(".edit_terms", code=code), code=303)


@bp.get("/settings")
def edit() -> ResponseReturnValue:
    with uow.unit_of_work() as session:
        found, version = terms.defaults(session)
    shares = {"service": f"{found.service_bp / 100:g}", "holding": f"{found.holding_bp / 100:g}"}
    cost = Money(found.order_cost_minor, company.current().currency).amount()
    form = ReorderForm(obj=found, version=version, order_cost=cost, **shares)
    return page("admin/alerts/edit.html", partial="admin/alerts/_settings_form.html", form=form)


@bp.post("/settings")
def update() -> ResponseReturnValue:
    form = ReorderForm()
    if form.submitted():
        with form.refusals(), uow.unit_of_work() as session:
            settings = form.settings(company.current().currency)
            terms.change_defaults(session, settings, version=form.seen_version)
    if form.errors:
        return page("admin/alerts/edit.html", partial="admin/alerts/_settings_form.html", form=form, status=422)
    toast("Saved. The next look, within ten minutes, counts with it.")
    return redirect(url_for(".index"), code=303)


def _page(alert_id: int, *, snooze: SnoozeForm | None = None) -> ResponseReturnValue:
    with uow.unit_of_work() as session:
        day = today(session)
        alert = alerts_list.get(session, alert_id, day)
        names = actors.names(session, {alert.snoozed_by})
    form = snooze or SnoozeForm(formdata=None, until=day + WEEK)
    shown: dict[str, Any] = {"alert": alert, "form": form, "names": names}
    return page("admin/alerts/show.html", partial="admin/alerts/_alert.html", status=form.status, **shown)


def _terms_page(code: str, form: TermsForm | None = None) -> ResponseReturnValue:
    with uow.unit_of_work() as session:
        sku = keep_terms.sku_terms(session, code)
    cost = "" if sku.cost_minor is None else Money(sku.cost_minor, company.current().currency).amount()
    form = form or TermsForm(formdata=None, obj=sku.own, cost=cost)
    return page("admin/alerts/terms.html", partial="admin/alerts/_terms.html", sku=sku, form=form, status=form.status)
