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
from app.replenishment.terms import Own
from app.web import company
from app.web.forms.reorder import ReorderForm, SnoozeForm, TermsForm
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast
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


@bp.post("/<int:alert_id>/terms")
def update_terms(alert_id: int) -> ResponseReturnValue:
    form = TermsForm()
    if form.submitted():
        with form.refusals(), uow.unit_of_work() as session:
            alert = alerts_list.get(session, alert_id, today(session))
            terms.put(session, alert.sku_id, Own(**{name: form.data[name] for name in Own.__dataclass_fields__}))
    if form.errors:
        return _page(alert_id, own=form)
    toast("Saved. The next look, within ten minutes, counts with it.")
    return redirect(url_for(".show", alert_id=alert_id), code=303)


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


def _page(alert_id: int, *, snooze: SnoozeForm | None = None, own: TermsForm | None = None) -> ResponseReturnValue:
    with uow.unit_of_work() as session:
        day = today(session)
        alert = alerts_list.get(session, alert_id, day)
        own = own or TermsForm(formdata=None, obj=terms.own(session, alert.sku_id))
        names = actors.names(session, {alert.snoozed_by})
    snooze = snooze or SnoozeForm(formdata=None, until=day + WEEK)
    status = 422 if snooze.errors or own.errors else 200
    shown: dict[str, Any] = {"alert": alert, "snooze": snooze, "own": own, "names": names}
    return page("admin/alerts/show.html", partial="admin/alerts/_alert.html", status=status, **shown)
