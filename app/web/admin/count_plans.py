"""When which places are counted, and the rules of counts."""

from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.counting import plans
from app.counting.plans import CountDefaults, PlanRow
from app.counting.tolerance import Rules
from app.kernel.money import Money
from app.kernel.uow import unit_of_work
from app.web import company
from app.web.admin.counts import site_choices
from app.web.forms.counting import ChangedPlanForm, DefaultsForm, PlanForm
from app.web.page import page
from app.web.toasts import toast
from app.workflows.abc_classes import class_sums

bp = Blueprint("count_plans", __name__, url_prefix="/count-plans")

ROW = "<int(max=999999999999):plan_id>"


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        found, sums, defaults = plans.listed(session), class_sums(session), plans.defaults(session)
    shown: dict[str, Any] = {"plans": found, "sums": sums, "defaults": defaults}
    return page("admin/count_plans/index.html", partial="admin/count_plans/_table.html", **shown)


@bp.get("/new")
def new() -> ResponseReturnValue:
    with unit_of_work() as session:
        rules = plans.defaults(session).rules
    return _page(PlanForm(**_typed(rules)), None)


@bp.post("/")
def create() -> ResponseReturnValue:
    form = PlanForm()
    form.site_id.choices = site_choices()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            plans.add(session, form.facts(company.current().currency))
    if form.errors:
        return _page(form, None)
    toast("Saved. Its first places are asked for tonight, or when you press “Plan what is due”.")
    return redirect(url_for(".index"), code=303)


@bp.get("/settings")
def edit_settings() -> ResponseReturnValue:
    with unit_of_work() as session:
        now = plans.defaults(session)
    return _settings(DefaultsForm(**_typed(now.rules), **_shares(now)))


@bp.post("/settings")
def update_settings() -> ResponseReturnValue:
    form = DefaultsForm()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            plans.change_defaults(session, form.defaults(company.current().currency))
    if form.errors:
        return _settings(form)
    toast("Saved. Counts that are planned already keep their rules.")
    return redirect(url_for(".index"), code=303)


@bp.get(f"/{ROW}")
def edit(plan_id: int) -> ResponseReturnValue:
    plan = _plan(plan_id)
    kept = {name: getattr(plan.facts, name) for name in ("zone", "every_days", "most_places", "is_active")}
    chosen = {"site_id": str(plan.site_id), "abc_class": plan.facts.abc_class or "", "version": plan.version}
    return _page(ChangedPlanForm(**kept, **chosen, **_typed(plan.facts.rules)), plan)


@bp.post(f"/{ROW}")
def update(plan_id: int) -> ResponseReturnValue:
    form, plan = ChangedPlanForm(), _plan(plan_id)
    form.site_id.choices = site_choices()
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            plans.change(session, plan_id, form.facts(company.current().currency), version=form.seen_version)
    if form.errors:
        return _page(form, plan)
    toast("Saved. Counts that are planned already keep their rules.")
    return redirect(url_for(".index"), code=303)


def _plan(plan_id: int) -> PlanRow:
    with unit_of_work() as session:
        return plans.get(session, plan_id)


def _typed(rules: Rules) -> dict[str, Any]:
    return {
        "tolerance_units": rules.tolerance_units,
        "tolerance": _per_cent(rules.tolerance_bp),
        "approval": Money(rules.approval_minor, company.current().currency).amount(),
    }


def _shares(now: CountDefaults) -> dict[str, str]:
    return {"class_a": _per_cent(now.class_a_bp), "class_b": _per_cent(now.class_b_bp)}


def _per_cent(points: int) -> str:
    return f"{points / 100:.2f}".rstrip("0").rstrip(".")


def _page(form: PlanForm, plan: PlanRow | None) -> ResponseReturnValue:
    form.site_id.choices = site_choices()
    shown: dict[str, Any] = {"form": form, "plan": plan, "currency": company.current().currency}
    return page("admin/count_plans/edit.html", partial="admin/count_plans/_form.html", status=form.status, **shown)


def _settings(form: DefaultsForm) -> ResponseReturnValue:
    shown: dict[str, Any] = {"form": form, "currency": company.current().currency}
    partial = "admin/count_plans/_settings.html"
    return page("admin/count_plans/settings.html", partial=partial, status=form.status, **shown)
