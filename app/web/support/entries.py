"""Recording money that came in or went back outside of Waybill."""

from typing import Any, Literal

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel import money, uow
from app.kernel.errors import DomainError
from app.kernel.money import Money
from app.payments.ledger import Entry
from app.queries import order_page
from app.web.forms.orders import EntryForm
from app.web.once import once
from app.web.page import page
from app.web.roles import current_actor
from app.web.support import order_view
from app.web.toasts import toast
from app.workflows.record_payments import record_payments

payments = Blueprint("payments", __name__, url_prefix="/orders/<number>/payments")
refunds = Blueprint("refunds", __name__, url_prefix="/orders/<number>/refunds")
Kind = Literal["payment", "refund"]


@payments.get("/new")
def new_payment(number: str) -> ResponseReturnValue:
    return _new(number, "payment")


@payments.post("")
def create_payment(number: str) -> ResponseReturnValue:
    return _create(number, "payment")


@refunds.get("/new")
def new_refund(number: str) -> ResponseReturnValue:
    return _new(number, "refund")


@refunds.post("")
def create_refund(number: str) -> ResponseReturnValue:
    return _create(number, "refund")


def _new(number: str, kind: Kind) -> ResponseReturnValue:
    head = _head(number)
    form = EntryForm(amount=_expected(head, kind).amount(), currency=head.currency)
    return _page(head, kind, form)


def _create(number: str, kind: Kind) -> ResponseReturnValue:
    form = EntryForm()
    if form.submitted():
        with form.refusals():
            uow.run(lambda session: once(session, form, lambda: _record(session, number, kind, form)))
    if form.errors:
        return _page(_head(number), kind, form)
    toast("The refund is recorded." if kind == "refund" else "The payment is recorded.")
    return order_view.done(number, whole=True)


def _record(session: Session, number: str, kind: Kind, form: EntryForm) -> None:
    head = order_page.head(session, number)
    if form.currency.data != head.currency:
        raise DomainError(f"the order is in {head.currency}: write the amount in its currency", field="amount")
    amount = money.parse((form.amount.data or "").strip(), head.currency)
    reference = form.reference.data or ""
    entry = Entry(order_id=head.id, kind=kind, amount=amount, method=form.method.data, reference=reference)
    record_payments(session, [entry], actor=current_actor())


def _head(number: str) -> Any:
    with uow.unit_of_work() as session:
        return order_page.head(session, number)


def _expected(head: Any, kind: Kind) -> Money:
    """What is open: the likeliest amount."""
    held = head.paid_minor - head.refunded_minor
    return Money(max(held if kind == "refund" else head.owed_minor - held, 0), head.currency)


def _page(head: Any, kind: Kind, form: EntryForm) -> ResponseReturnValue:
    return page(
        "support/entries/new.html",
        partial="support/entries/_form.html",
        order=head,
        kind=kind,
        form=form,
        open_amount=_expected(head, kind),
        status=form.status,
    )
