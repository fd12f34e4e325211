"""Correcting who gets an order and where."""

from dataclasses import asdict

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel import uow
from app.orders import contacts
from app.orders.values import Contact
from app.queries import order_page
from app.web.forms.orders import AddressForm
from app.web.once import once
from app.web.page import page
from app.web.roles import current_actor
from app.web.support import order_view
from app.web.toasts import toast
from app.workflows.correct_address import ChangedMeanwhile, Correction, correct_addresses

bp = Blueprint("addresses", __name__, url_prefix="/orders/<number>/address")


@bp.get("")
def edit(number: str) -> ResponseReturnValue:
    contact = _contact(number)
    return _page(number, AddressForm(data={**asdict(contact), "seen": contacts.fingerprint(contact)}))


@bp.post("")
def update(number: str) -> ResponseReturnValue:
    form = AddressForm()
    if form.submitted():
        with form.refusals():
            uow.run(lambda session: once(session, form, lambda: _correct(session, number, form)))
    if form.errors:
        return _page(number, form)
    toast("The address is corrected.")
    return order_view.done(number, whole=True)


@bp.errorhandler(ChangedMeanwhile)
def on_changed_meanwhile(error: ChangedMeanwhile) -> ResponseReturnValue:
    """409 with both versions; saving again is then a choice made with open eyes."""
    form = AddressForm(formdata=None, data={**asdict(error.mine), "seen": contacts.fingerprint(error.theirs)})
    number = str((request.view_args or {})["number"])
    return page(
        "support/addresses/edit.html",
        partial="support/addresses/_form.html",
        number=number,
        form=form,
        theirs=error.theirs,
        changed=contacts.changed_fields(error.theirs, error.mine),
        status=409,
    )


def _correct(session: Session, number: str, form: AddressForm) -> None:
    correction = Correction(
        order_id=order_page.id_of(session, number), contact=form.contact(), seen=form.seen.data or ""
    )
    correct_addresses(session, [correction], actor=current_actor())


def _contact(number: str) -> Contact:
    with uow.unit_of_work() as session:
        return contacts.get(session, order_page.id_of(session, number))


def _page(number: str, form: AddressForm) -> ResponseReturnValue:
    return page(
        "support/addresses/edit.html",
        partial="support/addresses/_form.html",
        number=number,
        form=form,
        theirs=None,
        changed=(),
        status=form.status,
    )
