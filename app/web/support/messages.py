"""Sending a mail of an order once more."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel import uow
from app.kernel.errors import NotFound
from app.notifications import queries
from app.queries import order_page
from app.web.roles import current_actor
from app.web.support import order_view
from app.web.toasts import toast
from app.workflows.notify import resend

bp = Blueprint("messages", __name__, url_prefix="/orders/<number>/messages")


@bp.post("/<int(max=999999999999):message_id>/copies")
def create_copy(number: str, message_id: int) -> ResponseReturnValue:
    uow.run(lambda session: _resend(session, number, message_id))
    toast("The mail goes out again.")
    return order_view.done(number)


def _resend(session: Session, number: str, message_id: int) -> None:
    order_id = order_page.id_of(session, number)
    if message_id not in {message.id for message in queries.of_order(session, order_id)}:
        raise NotFound("there is no such message about this order")
    resend(session, [message_id], actor=current_actor())
