"""What is done to a purchase order: sent, put off, cancelled, closed, opened again; what is announced on it."""

from typing import Any

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from app.kernel.text import counted
from app.kernel.uow import run, unit_of_work
from app.queries import purchase_page
from app.web.admin import purchase_orders
from app.web.forms.purchase_orders import AdviceForm, CancelForm, DatesForm, RaisingForm
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast
from app.workflows.advise_goods import advise
from app.workflows.change_purchase_orders import cancel_units, change_dates, close_short, reopen
from app.workflows.raise_drafts import Proposal, raise_draft
from app.workflows.undo_receipts import take_back
from app.workflows.write_purchase_orders import send

bp = Blueprint("purchase_acts", __name__, url_prefix="/purchase-orders/<number>")


@bp.post("/sending")
def create_sending(number: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        send(session, [number], actor=current_actor())
    toast("Marked as sent: its units are reckoned with from now on.")
    return _back(number)


@bp.post("/raising")
def create_raising(number: str) -> ResponseReturnValue:
    form = RaisingForm()
    if form.submitted():
        with form.refusals():
            _tell(number, run(lambda session: raise_draft(session, form.asked(number))))
    if form.errors:
        return purchase_orders.whole(number, raising=form)
    return _back(number)


@bp.post("/dates")
def create_dates(number: str) -> ResponseReturnValue:
    form = DatesForm()
    with unit_of_work() as session:
        form.offer(purchase_page.lines(session, purchase_page.head(session, number).id))
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            change_dates(session, [form.change(number)], actor=current_actor())
    if form.errors:
        return purchase_orders.whole(number, dates=form)
    toast("Saved. What was promised first stays on record.")
    return _back(number)


@bp.post("/cancellation")
def create_cancellation(number: str) -> ResponseReturnValue:
    form = CancelForm()
    with unit_of_work() as session:
        form.offer(purchase_page.lines(session, purchase_page.head(session, number).id))
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            cancel_units(session, [form.asked(number)], actor=current_actor())
    if form.errors:
        return purchase_orders.whole(number, cancelling=form)
    toast("Cancelled: these units are no longer reckoned with. Tell the supplier.")
    return _back(number)


@bp.post("/closing")
def create_closing(number: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        close_short(session, [number], actor=current_actor())
    toast("Closed. What never came counts against the supplier.", undo=url_for(".create_reopening", number=number))
    return _back(number)


@bp.post("/reopening")
def create_reopening(number: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        reopen(session, [number], actor=current_actor())
    toast("Open again: the rest is waited for.")
    return _back(number)


@bp.post("/receipts/<int:receipt_id>/undoing")
def create_undoing(number: str, receipt_id: int) -> ResponseReturnValue:
    run(lambda session: take_back(session, number, receipt_id, actor=current_actor()))
    toast("Taken back: the units are off the stock, and awaited again.")
    return _back(number)


@bp.get("/advices/new")
def new_advice(number: str) -> ResponseReturnValue:
    return _advice(number, AdviceForm(formdata=None))


@bp.post("/advices")
def create_advice(number: str) -> ResponseReturnValue:
    form = AdviceForm()
    with unit_of_work() as session:
        purchase_page.head(session, number)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            advise(session, [form.announced(number)], actor=current_actor())
    if form.errors:
        return _advice(number, form)
    toast("Announced. Lines that come whole are expected on that day.")
    return _back(number)


def _tell(number: str, found: Proposal) -> None:
    lines = counted(sum(line.raised != line.units for line in found.lines), "line")
    reached = "is worth enough" if found.missing_minor else "has the fewest units that they take"
    if not found.is_enough:
        reached = "has the fewest units that they take, but is not worth enough"
    toast(f"{lines} raised: {number} {reached}. It is still a draft.", tone="done" if found.is_enough else "warn")


def _advice(number: str, form: AdviceForm) -> Response:
    with unit_of_work() as session:
        head = purchase_page.head(session, number)
        lines = purchase_page.lines(session, head.id)
    shown: dict[str, Any] = {"form": form, "order": head, "lines": lines, "status": form.status}
    return page("admin/purchase_orders/advice.html", partial="admin/purchase_orders/_advice_form.html", **shown)


def _back(number: str) -> Response:
    return redirect(url_for("admin.purchase_orders.show", number=number), code=303)  # type: ignore[return-value]
