"""Messages: what was written to whom, and what became of it."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import paging, text
from app.kernel.uow import unit_of_work
from app.notifications import outbox, queries
from app.notifications.states import S
from app.web.page import page
from app.web.toasts import toast

bp = Blueprint("messages", __name__, url_prefix="/messages")

PAGE = 50
STATES = {"": (), "trouble": (S.REFUSED, S.UNCERTAIN), **{state.value: (state,) for state in S}}


@bp.get("/")
def index() -> ResponseReturnValue:
    state = text.choice(request.args.get("state", ""), STATES, field="state")
    before = paging.position(request.args.get("before"))
    with unit_of_work() as session:
        found = queries.latest(session, states=STATES[state], before=before, limit=PAGE + 1)
    shown: dict[str, Any] = {"messages": found[:PAGE], "more": len(found) > PAGE, "before": before, "state": state}
    return page("admin/messages/index.html", partial="admin/messages/_list.html", **shown)


@bp.get("/<int:message_id>")
def show(message_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        message = queries.get(session, message_id)
    return page("admin/messages/show.html", message=message)


@bp.post("/<int:message_id>/sending")
def create_sending(message_id: int) -> ResponseReturnValue:
    """Of a draft that somebody has read."""
    with unit_of_work() as session:
        outbox.approve(session, [message_id])
    toast("The letter is on its way.")
    return redirect(url_for(".show", message_id=message_id), code=303)


@bp.post("/<int:message_id>/withdrawal")
def create_withdrawal(message_id: int) -> ResponseReturnValue:
    with unit_of_work() as session:
        outbox.withdraw(session, [message_id])
    toast("The letter will not be sent.")
    return redirect(url_for(".show", message_id=message_id), code=303)
