"""Counts: what is under way, the differences of one, and the decision about it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.counting import sheets
from app.inventory import sites
from app.kernel import text
from app.kernel.uow import run, unit_of_work
from app.queries import actors, count_page, counts_list
from app.web.forms.base import choices
from app.web.forms.counting import DecisionForm, NewCountForm
from app.web.once import made_once
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast
from app.workflows.plan_counts import plan_by_hand, plan_due
from app.workflows.settle_counts import Decision, approve, cancel, reject

bp = Blueprint("counts", __name__, url_prefix="/counts")

Verb = Callable[..., None]
WORDS = {"approved": "Posted.", "rejected": "It is counted again.", "cancelled": "Cancelled: nothing is posted of it."}


@bp.get("/")
def index() -> ResponseReturnValue:
    state = text.choice(request.args.get("state") or "open", counts_list.STATES, field="state")
    with unit_of_work() as session:
        found = counts_list.counts(session, state=state, cursor=request.args.get("after"))
        waiting = counts_list.to_decide(session)
    shown: dict[str, Any] = {"found": found, "state": state, "states": counts_list.STATES, "waiting": waiting}
    return page("admin/counts/index.html", partial="admin/counts/_list.html", **shown)


@bp.get("/count")
def count() -> ResponseReturnValue:
    """The number beside the label in the rail."""
    with unit_of_work() as session:
        waiting = counts_list.to_decide(session)
    return str(waiting) if waiting else ""


@bp.get("/new")
def new() -> ResponseReturnValue:
    return _new_page(NewCountForm())


@bp.post("/")
def create() -> ResponseReturnValue:
    form, number = NewCountForm(), ""
    form.site_id.choices = site_choices()
    if form.submitted():
        with form.refusals():
            [number] = run(lambda session: made_once(session, form, lambda: [_plan(session, form)]))
    if form.errors:
        return _new_page(form)
    toast(f"{number} is planned: the site sees it now.")
    return redirect(url_for(".show", number=number), code=303)


@bp.post("/plan")
def create_due() -> ResponseReturnValue:
    numbers = run(lambda session: plan_due(session, actor=current_actor()))
    toast(f"Planned: {', '.join(numbers)}." if numbers else "Nothing is due.")
    return redirect(url_for(".index"), code=303)


@bp.get("/<number>")
def show(number: str) -> ResponseReturnValue:
    return _page(number, DecisionForm(formdata=None))


@bp.post("/<number>/approval")
def create_approval(number: str) -> ResponseReturnValue:
    return _decide(number, approve, "approved")


@bp.post("/<number>/rejection")
def create_rejection(number: str) -> ResponseReturnValue:
    return _decide(number, reject, "rejected")


@bp.post("/<number>/cancellation")
def create_cancellation(number: str) -> ResponseReturnValue:
    return _decide(number, cancel, "cancelled")


def site_choices() -> Any:
    with unit_of_work() as session:
        return choices(*((str(site.id), f"{site.code}, {site.name}") for site in sites.active(session)))


def _plan(session: Session, form: NewCountForm) -> str:
    return plan_by_hand(session, form.wanted(), actor=current_actor())


def _decide(number: str, verb: Verb, kind: str) -> ResponseReturnValue:
    form = DecisionForm()
    if form.submitted():
        with form.refusals():
            run(lambda session: _decided(session, number, form, verb))
    if form.errors:
        return _page(number, form)
    with unit_of_work() as session:
        state = count_page.count_page(session, number).state
    is_back = kind == "approved" and state == "recount"
    toast(
        "What was missed has moved since: it is counted again." if is_back else WORDS[kind],
        tone="warn" if is_back else "done",
    )
    return redirect(url_for(".show", number=number), code=303)


def _decided(session: Session, number: str, form: DecisionForm, verb: Verb) -> None:
    decision = Decision(count_id=sheets.id_of(session, number), reason=form.reason.data or "")
    verb(session, [decision], actor=current_actor())


def _page(number: str, form: DecisionForm) -> ResponseReturnValue:
    with unit_of_work() as session:
        found = count_page.count_page(session, number)
        names = actors.names(session, found.actors)
    return page(
        "admin/counts/show.html",
        partial="admin/counts/_count.html",
        status=form.status,
        count=found,
        names=names,
        form=form,
    )


def _new_page(form: NewCountForm) -> ResponseReturnValue:
    form.site_id.choices = site_choices()
    return page("admin/counts/new.html", partial="admin/counts/_form.html", status=form.status, form=form)
