"""Stock rules: what is kept back, from whom, and when one orders more; the effect is shown before it is saved."""

from collections.abc import Callable
from typing import Any, TypeAlias

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.channels.queries import channels
from app.inventory import site_list
from app.inventory.rule_choice import KINDS
from app.kernel import text, uow
from app.queries import actors, stock_rules
from app.queries.stock_rules import RuleRow
from app.web.forms.stock_rules import RemovalForm, RuleForm
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast
from app.workflows.company_day import today
from app.workflows.keep_stock_rules import Change, RuleFacts, add_rules, change_rules, remove_rules
from app.workflows.preview_rules import RuleEffect, ask_first, preview

bp = Blueprint("stock_rules", __name__, url_prefix="/stock-rules")

SCOPE = ("sku", "category", "site", "channel")

Write: TypeAlias = Callable[[Session, bool], object]


@bp.get("/")
def index() -> ResponseReturnValue:
    asked = {name: text.line(request.args.get(name, ""), field=name, most=100) for name in SCOPE}
    kind = text.choice(request.args.get("kind", ""), ["", *KINDS], field="kind")
    with uow.unit_of_work() as session:
        found = stock_rules.listed(session, {**asked, "kind": kind}, today(session), cursor=request.args.get("after"))
        names = actors.names(session, {row.changed_by for row in found.rows})
        counted = stock_rules.of_sku(session, asked["sku"], today(session)) if asked["sku"] else None
    shown: dict[str, Any] = {"found": found, "names": names, "asked": asked, "kind": kind, "kinds": KINDS}
    return page("admin/stock_rules/index.html", partial="admin/stock_rules/_list.html", counted=counted, **shown)


@bp.get("/new")
def new() -> ResponseReturnValue:
    given: dict[str, Any] = {name: request.args[name] for name in ("kind", *SCOPE) if request.args.get(name)}
    return _page(_form(**given), None)


@bp.post("/preview")
def create_preview() -> ResponseReturnValue:
    form = _form()
    return _page(form, None, _effect(form, _adding(form)) if form.submitted() else None)


@bp.post("/")
def create() -> ResponseReturnValue:
    form = _form()
    if form.submitted():
        with form.refusals():
            _save(form, _adding(form))
    return _page(form, None, _asked(form, _adding(form))) if form.errors else _done("Saved. It counts from now on.")


@bp.get("/<int:rule_id>")
def edit(rule_id: int) -> ResponseReturnValue:
    """``?removing=`` shows what taking it away would do, and asks whether that is meant."""
    rule = _rule(rule_id)
    return _page(_form(rule), rule, _without(rule) if "removing" in request.args else None)


@bp.post("/<int:rule_id>/preview")
def update_preview(rule_id: int) -> ResponseReturnValue:
    form, rule = _form(), _rule(rule_id)
    return _page(form, rule, _effect(form, _changing(rule_id, form)) if form.submitted() else None)


@bp.post("/<int:rule_id>")
def update(rule_id: int) -> ResponseReturnValue:
    form, rule = _form(), _rule(rule_id)
    write = _changing(rule_id, form)
    if form.submitted():
        with form.refusals():
            _save(form, write)
    return _page(form, rule, _asked(form, write)) if form.errors else _done("Saved. It counts from now on.")


@bp.post("/<int:rule_id>/removal")
def create_removal(rule_id: int) -> ResponseReturnValue:
    form = RemovalForm()
    versions, rule = {rule_id: form.seen_version}, _rule(rule_id)
    if form.submitted():
        with form.refusals():
            uow.run(lambda session: _remove(session, rule, versions, is_confirmed=form.confirm.data))
    if form.errors:
        return redirect(url_for(".edit", rule_id=rule_id, removing="y"), code=303)
    return _done("Taken away. The next more general rule counts, if there is one.")


def _adding(form: RuleForm) -> Write:
    return lambda session, is_trial: add_rules(session, [form.facts()], actor=current_actor(), is_trial=is_trial)


def _changing(rule_id: int, form: RuleForm) -> Write:
    def write(session: Session, is_trial: bool) -> None:
        change = Change(rule_id=rule_id, version=form.seen_version, facts=form.facts())
        change_rules(session, [change], actor=current_actor(), is_trial=is_trial)

    return write


def _save(form: RuleForm, write: Write) -> None:
    """What would take goods out of sale needs a tick."""

    def work(session: Session) -> None:
        if not form.confirm.data:
            ask_first(session, form.facts(), lambda: write(session, True))
        write(session, False)

    uow.run(work)


def _remove(session: Session, rule: RuleRow, versions: dict[int, int], *, is_confirmed: bool) -> None:
    if not is_confirmed:
        ask_first(session, _facts(rule), lambda: remove_rules(session, versions, actor=current_actor(), is_trial=True))
    remove_rules(session, versions, actor=current_actor())


def _without(rule: RuleRow) -> RuleEffect:
    versions = {rule.id: rule.version}
    with uow.unit_of_work() as session:
        return preview(
            session,
            _facts(rule),
            lambda: remove_rules(session, versions, actor=current_actor(), is_trial=True),
        )


def _facts(rule: RuleRow) -> RuleFacts:
    return RuleFacts(**{name: getattr(rule, name) for name in RuleFacts.__dataclass_fields__})


def _asked(form: RuleForm, write: Write) -> RuleEffect | None:
    """What the question is about, where one is asked."""
    return _effect(form, write) if form.confirm.errors else None


def _effect(form: RuleForm, write: Write) -> RuleEffect | None:
    found: list[RuleEffect] = []
    with form.refusals(), uow.unit_of_work() as session:
        found.append(preview(session, form.facts(), lambda: write(session, True)))
    return found[0] if found else None


def _rule(rule_id: int) -> RuleRow:
    with uow.unit_of_work() as session:
        return stock_rules.get(session, rule_id, today(session))


def _form(rule: RuleRow | None = None, **given: Any) -> RuleForm:
    form = RuleForm(obj=rule) if rule else RuleForm(**given)
    with uow.unit_of_work() as session:
        form.offer(
            categories=stock_rules.categories(session),
            sites=[site.code for site in site_list.listed(session)],
            channels=[channel.code for channel in channels(session)],
        )
    return form


def _done(said: str) -> ResponseReturnValue:
    toast(said)
    return redirect(url_for(".index"), code=303)


def _page(form: RuleForm, rule: RuleRow | None, effect: RuleEffect | None = None) -> ResponseReturnValue:
    shown: dict[str, Any] = {"form": form, "rule": rule, "effect": effect, "status": form.status}
    return page("admin/stock_rules/edit.html", partial="admin/stock_rules/_form.html", **shown)
