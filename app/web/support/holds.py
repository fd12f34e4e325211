"""Holding one order, and letting it go."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel import uow
from app.kernel.errors import NotFound
from app.orders import holds
from app.orders.holds import Stop
from app.queries import order_page
from app.web.forms.orders import HoldForm
from app.web.once import once
from app.web.roles import current_actor
from app.web.support import order_view
from app.web.toasts import toast
from app.workflows.hold_orders import hold_orders, release_holds

bp = Blueprint("holds", __name__, url_prefix="/orders/<number>/holds")


@bp.post("")
def create(number: str) -> ResponseReturnValue:
    form = HoldForm()
    if form.submitted():
        with form.refusals():
            uow.run(lambda session: once(session, form, lambda: _hold(session, number, form.reason.data)))
    if form.errors:
        return order_view.answer(number, status=422, hold=form)
    toast("On hold.")
    return order_view.done(number)


@bp.post("/<int(max=999999999999):hold_id>/release")
def create_release(number: str, hold_id: int) -> ResponseReturnValue:
    uow.run(lambda session: _release(session, number, hold_id))
    toast("The hold is released.")
    return order_view.done(number)


def _hold(session: Session, number: str, reason: str) -> None:
    stop = Stop(order_id=order_page.id_of(session, number), reason=reason)
    hold_orders(session, [stop], actor=current_actor())


def _release(session: Session, number: str, hold_id: int) -> None:
    if holds.owners(session, [hold_id])[hold_id] != order_page.id_of(session, number):
        raise NotFound("there is no such hold on this order")
    release_holds(session, [hold_id], actor=current_actor())
