"""The exceptions queue: orders that wait until somebody mends them; none is dropped."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.uow import unit_of_work
from app.queries import exceptions_queue as queue
from app.queries.exceptions_queue import STATES
from app.web.forms.exceptions import MendForm, mend_form
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast
from app.workflows.mend_exceptions import mend_exceptions, retry_exceptions, set_aside

bp = Blueprint("exceptions", __name__, url_prefix="/exceptions")

MOST_BATCHES = 50


@bp.get("/")
def index() -> ResponseReturnValue:
    state = request.args.get("state", "open")
    state = state if state in STATES else "open"
    with unit_of_work() as session:
        found = queue.exceptions_queue(session, state=state, after=request.args.get("after", ""))
        counts = queue.counts(session)
    return page(
        "support/exceptions/index.html",
        partial="support/exceptions/_table.html",
        found=found,
        counts=counts,
        state=state,
        states=STATES,
    )


@bp.get("/count")
def count() -> ResponseReturnValue:
    """The number beside the entry in the rail."""
    with unit_of_work() as session:
        number = queue.open_count(session)
    return number if number != "0" else ""


@bp.get("/<int:exception_id>")
def show(exception_id: int) -> ResponseReturnValue:
    return _show(exception_id)


@bp.post("/<int:exception_id>/placement")
def create_placement(exception_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        found, _ = queue.waiting(session, exception_id)
    form = mend_form(found)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            [placed] = mend_exceptions(session, [form.mend(found)], actor=current_actor())
            for failure in placed.failures if placed.order_id is None else ():
                form.refuse(None, failure.message)
    if form.errors:
        return _show(exception_id, form)
    toast(f"{found.title} is order {placed.number} now.")
    return redirect(url_for(".index"), code=303)


@bp.post("/<int:exception_id>/set-aside")
def create_set_aside(exception_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        set_aside(session, [exception_id], actor=current_actor())
    toast("Set aside. The channel may send this order again.")
    return redirect(url_for(".index"), code=303)


@bp.post("/retry")
def create_retry() -> ResponseReturnValue:
    placed = _retry()
    toast(f"{placed:,} became orders." if placed else "None could be placed yet.", tone="done" if placed else "warn")
    return redirect(url_for(".index"), code=303)


def _retry() -> int:
    """Batch by batch, each on its own."""
    placed, after = 0, 0
    for _ in range(MOST_BATCHES):
        with unit_of_work() as session:
            new, last = retry_exceptions(session, after=after, actor=current_actor())
        placed += new
        if last is None:
            break
        after = last
    return placed


def _show(exception_id: int, form: MendForm | None = None) -> ResponseReturnValue:
    with unit_of_work() as session:
        found, by = queue.waiting(session, exception_id)
    shown = form or mend_form(found)
    return page("support/exceptions/show.html", found=found, by=by, form=shown, status=shown.status)
