"""What is set aside from sale: cases with age and value, and deciding about them."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.inventory.cases import DONE
from app.kernel import paging, text
from app.kernel.text import counted
from app.kernel.uow import run, unit_of_work
from app.queries import actors, quarantine_board
from app.queries.quarantine_board import PAGE, STATES
from app.web import company
from app.web.forms.lots import DecisionForm
from app.web.once import once
from app.web.page import page
from app.web.roles import current_actor
from app.web.runtime import files
from app.web.toasts import toast
from app.workflows.quarantine import decide, open_missing_cases

bp = Blueprint("quarantine", __name__, url_prefix="/quarantine")
CASE = "/<int(max=999999999999):case_id>"


@bp.get("/")
def index() -> ResponseReturnValue:
    state = text.choice(request.args.get("state") or "open", STATES, field="state")
    before = paging.position(request.args.get("before"))
    with unit_of_work() as session:
        found = quarantine_board.cases(session, state=state, before=before)
        sums = quarantine_board.sums(session)
    shown: dict[str, Any] = {"cases": found[:PAGE], "more": len(found) > PAGE, "sums": sums, "state": state}
    shown |= {"before": before, "states": STATES, "currency": company.current().currency}
    return page("admin/quarantine/index.html", partial="admin/quarantine/_list.html", **shown)


@bp.post("/missing-cases")
def create_missing() -> ResponseReturnValue:
    count = run(lambda session: open_missing_cases(session, actor=current_actor()))
    toast(f"Cases opened: {count:,}." if count else "Everything that is set aside stands in a case.")
    return redirect(url_for(".index"), code=303)


@bp.get(CASE)
def show(case_id: int) -> ResponseReturnValue:
    return _case(case_id, None)


@bp.post(f"{CASE}/decisions")
def create_decision(case_id: int) -> ResponseReturnValue:
    form = DecisionForm()
    if form.submitted():
        with form.refusals():
            run(lambda session: once(session, form, lambda: _decide(session, case_id, form)))
    if form.errors:
        return _case(case_id, form)
    toast(f"{counted(form.quantity.data or 0, 'unit')}: {DONE[form.act.data]}.")
    return redirect(url_for(".show", case_id=case_id), code=303)


@bp.get(f"{CASE}/photo")
def show_photo(case_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        photo = quarantine_board.photo(session, case_id)
    with files().open(photo.key) as stream:
        return Response(stream.read(), mimetype=photo.media_type)


def _decide(session: Session, case_id: int, form: DecisionForm) -> None:
    decide(session, [form.decision(case_id)], actor=current_actor())


def _case(case_id: int, form: DecisionForm | None) -> Response:
    with unit_of_work() as session:
        case = quarantine_board.get(session, case_id)
        acts = quarantine_board.acts(session, case_id)
        names = actors.names(session, {act.actor for act in acts} | {case.opened_by})
    shown = form or DecisionForm(formdata=None, quantity=case.quantity_left)
    return page(
        "admin/quarantine/show.html",
        partial="admin/quarantine/_decide.html",
        status=shown.status,
        case=case,
        acts=acts,
        names=names,
        form=shown,
        words=DONE,
        currency=company.current().currency,
    )
