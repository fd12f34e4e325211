"""Orders taken by phone: preview the price and the tax, then place; the same way in as every other order."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.channels.queries import offered
from app.kernel import uow
from app.kernel.errors import Invalid
from app.orders.values import OrderRequest, Placement
from app.web import company
from app.web.forms.base import choices
from app.web.forms.phone_orders import PhoneOrderForm
from app.web.htmx import htmx_response, wants_partial
from app.web.once import once
from app.web.page import page
from app.web.roles import current_actor
from app.web.toasts import toast
from app.workflows.check_orders import Checked, check_orders
from app.workflows.place_orders import place_orders

bp = Blueprint("phone_orders", __name__, url_prefix="/orders/new")

PREFERRED = "phone"


@bp.get("")
def new() -> ResponseReturnValue:
    return _page(_form())


@bp.post("/preview")
def create_preview() -> ResponseReturnValue:
    """Checks and prices everything, and places nothing."""
    form, checked = _form(), None
    if form.submitted():
        with form.refusals(), uow.unit_of_work() as session:
            checked = check_orders(session, [form.request(company.current().currency)])[0]
    return _page(form, checked)


@bp.post("")
def create() -> ResponseReturnValue:
    form = _form()
    placed: list[Placement] = []
    if form.submitted():
        with form.refusals():
            asked = form.request(company.current().currency)
            uow.run(lambda session: _place(session, form, asked, placed))
    if form.errors:
        return _page(form)
    return _onward(placed)


def _place(session: Session, form: PhoneOrderForm, asked: OrderRequest, placed: list[Placement]) -> None:
    """A second sending of the same form finds the list empty: the first has placed the order."""
    placed.clear()
    once(session, form, lambda: placed.extend(place_orders(session, [asked], actor=current_actor())))
    for placement in placed:
        if placement.came_to_nothing:
            raise Invalid([(failure.field, failure.message) for failure in placement.failures])


def _onward(placed: list[Placement]) -> ResponseReturnValue:
    if not placed:
        toast("This order is placed already.")
        return _go(url_for("support.orders.index"))
    if placed[0].order_id is None:
        toast("Something in it is unknown here: mend it in the exceptions.", tone="warn")
        return _go(url_for("support.exceptions.show", exception_id=placed[0].exception_id))
    toast(f"{placed[0].number} is placed.")
    return _go(url_for("support.orders.show", number=placed[0].number))


def _go(url: str) -> ResponseReturnValue:
    return htmx_response(redirect=url) if wants_partial() else redirect(url, code=303)


def _form() -> PhoneOrderForm:
    with uow.unit_of_work() as session:
        channels = offered(session, first=PREFERRED)
    form = PhoneOrderForm()
    form.channel.choices = choices(*channels)
    if not request.form:
        form.country.data = form.country.data or "US"
    return form


def _page(form: PhoneOrderForm, checked: Checked | None = None) -> ResponseReturnValue:
    return page(
        "support/phone_orders/new.html",
        partial="support/phone_orders/_form.html",
        form=form,
        checked=checked,
        currency=company.current().currency,
        status=form.status,
    )
