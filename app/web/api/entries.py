"""Money by program: payments and refunds that were made elsewhere."""

from typing import Literal

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel.money import Money
from app.payments.ledger import Entry
from app.queries import order_page
from app.web.api import answers, placing, printing
from app.web.api.access import requires
from app.web.api.idempotency import once
from app.web.api.requests import read, required_key
from app.web.api.schemas import EntryBody
from app.web.roles import current_actor
from app.workflows.record_payments import record_payments

bp = Blueprint("entries", __name__, url_prefix="/orders/<number>")
Kind = Literal["payment", "refund"]


@bp.post("/payments")
@requires("payments:write")
def create_payment(number: str) -> ResponseReturnValue:
    return _create(number, "payment")


@bp.post("/refunds")
@requires("payments:write")
def create_refund(number: str) -> ResponseReturnValue:
    return _create(number, "refund")


def _create(number: str, kind: Kind) -> ResponseReturnValue:
    got = read(EntryBody)
    replay = placing.replay(f"orders.{number}.{kind}s", required_key(), got.hash)
    return once(replay, lambda session: _record(session, number, kind, got.body), status=201)


def _record(session: Session, number: str, kind: Kind, body: EntryBody) -> answers.EntryAnswer:
    entry = Entry(
        order_id=order_page.id_of(session, number),
        kind=kind,
        amount=Money(body.amount.minor, body.amount.currency),
        method=body.method,
        reference=body.reference,
    )
    entry_id = record_payments(session, [entry], actor=current_actor())[0]
    head = order_page.head(session, number)
    return answers.EntryAnswer(
        number=number,
        entry_id=entry_id,
        status=printing.status(head),
        paid=printing.money(head.paid_minor, head.currency),
        refunded=printing.money(head.refunded_minor, head.currency),
    )
