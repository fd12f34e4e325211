"""Acts on many orders at once: one transaction, all or none."""

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel import text as typed
from app.kernel import uow
from app.orders.holds import REASONS, Stop
from app.queries.order_ids import ids_of
from app.web.extra_fields import reads
from app.web.roles import current_actor
from app.web.toasts import toast
from app.workflows.hold_orders import hold_orders, release_all_holds

bp = Blueprint("bulk", __name__, url_prefix="/orders/bulk")

MOST = 200


@bp.post("/holds")
@reads("selected", "reason", "back")
def create_holds() -> ResponseReturnValue:
    numbers, reason = _chosen(), typed.choice(request.form.get("reason", ""), REASONS, field="reason")
    uow.run(lambda session: _hold(session, numbers, reason))
    return _back(f"{len(numbers)} put on hold.")


@bp.post("/releases")
@reads("selected", "reason", "back")
def create_releases() -> ResponseReturnValue:
    numbers = _chosen()
    uow.run(lambda session: release_all_holds(session, ids_of(session, numbers), actor=current_actor()))
    return _back(f"{len(numbers)} released.")


def _hold(session: Session, numbers: list[str], reason: str) -> None:
    stops = [Stop(order_id=order_id, reason=reason) for order_id in ids_of(session, numbers)]
    hold_orders(session, stops, actor=current_actor())


def _chosen() -> list[str]:
    written = dict.fromkeys(request.form.getlist("selected"))
    numbers = [typed.line(number, field="selected", most=64) for number in written]
    if not numbers:
        abort(422, "Choose the orders first: tick the boxes at the left.")
    if len(numbers) > MOST:
        abort(422, f"Choose at most {MOST} orders at once.")
    return numbers


def _back(said: str) -> ResponseReturnValue:
    toast(said)
    query = urlencode(parse_qsl(request.form.get("back", "")[:2_000]))
    return redirect(f"{url_for('support.orders.index')}?{query}", code=303)
