"""What colleagues write about an order."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel import uow
from app.orders.notes import Note
from app.queries import order_page
from app.web.forms.orders import NoteForm
from app.web.once import once
from app.web.roles import current_actor
from app.web.support import order_view
from app.web.toasts import toast
from app.workflows.annotate_orders import annotate_orders

bp = Blueprint("notes", __name__, url_prefix="/orders/<number>/notes")


@bp.post("")
def create(number: str) -> ResponseReturnValue:
    form = NoteForm()
    if form.submitted():
        with form.refusals():
            uow.run(lambda session: once(session, form, lambda: _write(session, number, form.body.data or "")))
    if form.errors:
        return order_view.answer(number, status=422, note=form)
    toast("Noted.")
    return order_view.done(number)


def _write(session: Session, number: str, body: str) -> None:
    note = Note(order_id=order_page.id_of(session, number), body=body)
    annotate_orders(session, [note], actor=current_actor())
