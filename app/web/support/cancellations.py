"""Cancelling units by line, with a reason."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel import text as typed
from app.kernel import uow
from app.kernel.errors import Invalid
from app.queries import order_page
from app.queries.bundles import bundles
from app.web.forms.orders import CancelForm
from app.web.once import once
from app.web.page import page
from app.web.roles import current_actor
from app.web.support import order_view
from app.web.toasts import toast
from app.workflows.cancel_orders import Cancellation, cancel_orders

bp = Blueprint("cancellations", __name__, url_prefix="/orders/<number>/cancellation")


@bp.get("/new")
def new(number: str) -> ResponseReturnValue:
    return _page(number, CancelForm())


@bp.post("")
def create(number: str) -> ResponseReturnValue:
    form = CancelForm()
    if form.submitted():
        with form.refusals():
            uow.run(lambda session: once(session, form, lambda: _cancel(session, number, form.reason.data)))
    if form.errors:
        return _page(number, form)
    toast("The units are cancelled.")
    return order_view.done(number, whole=True)


def _cancel(session: Session, number: str, reason: str) -> None:
    order_id = order_page.id_of(session, number)
    wanted = [
        Cancellation(order_id=order_id, order_line_id=line_id, quantity=units, reason=reason)
        for each in bundles(order_page.lines(session, order_id))
        if (count := _asked(each.key))
        for line_id, units in each.units(count).items()
    ]
    if not wanted:
        raise Invalid([("lines", "write how many units to cancel, at one line at least")])
    cancel_orders(session, wanted, actor=current_actor())


def _asked(key: str) -> int:
    written = request.form.get(key, "").strip()
    return typed.quantity(written, field="lines", least=0) if written else 0


def _page(number: str, form: CancelForm) -> ResponseReturnValue:
    with uow.unit_of_work() as session:
        shown = order_view.load(session, number)
    asked: dict[str, Any] = request.form.to_dict()
    return page(
        "support/cancellations/new.html",
        partial="support/cancellations/_form.html",
        order=shown.head,
        bundles=bundles(shown.lines),
        why_not=shown.refusals["cancel"],
        form=form,
        asked=asked,
        status=form.status,
    )
