"""Alerts that were ticked become draft purchase orders; the answer says what was made, what was left out, and why."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel import text as typed
from app.kernel.uow import run, unit_of_work
from app.queries.ordered_alerts import ordered
from app.web.converters import LARGEST_ID
from app.web.forms.reorder import SelectedForm
from app.web.once import made_once
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast
from app.workflows.order_low_stock import MOST, judged, order_low_stock

bp = Blueprint("alert_orders", __name__, url_prefix="/alerts/orders")


@bp.post("/")
def create() -> ResponseReturnValue:
    form = SelectedForm()
    if not form.submitted():
        toast("Nothing was chosen: tick the alerts to order first.", tone="warn")
        return redirect(url_for("admin.alerts.index"), code=303)
    ids, made = form.selected.data, []
    with form.refusals():
        made = run(lambda session: made_once(session, form, lambda: _order(session, ids)))
    if form.errors:
        toast(" ".join([*form.form_errors, *form.selected.errors]), tone="stop")
        return redirect(url_for("admin.alerts.index"), code=303)
    return redirect(url_for(".show", alert=ids, made=made), code=303)


@bp.get("/")
def show() -> ResponseReturnValue:
    """``?made=`` are the numbers that were made of ``?alert=``."""
    asked = request.args.getlist("alert")[:MOST]
    ids = [typed.whole_number(one, field="alert", least=1, most=LARGEST_ID) for one in asked]
    numbers = [typed.line(one, field="made", most=40) for one in request.args.getlist("made")[:MOST]]
    with unit_of_work() as session:
        made = ordered(session, numbers)
        done = {(one.site, sku) for one in made for sku in one.goods}
        left = [one for one in judged(session, ids) if (one.site, one.sku) not in done]
    return page("admin/alerts/ordered.html", partial="admin/alerts/_ordered.html", made=made, left=left)


def _order(session: Session, ids: list[int]) -> list[str]:
    return list(order_low_stock(session, ids, actor=current_actor()))
