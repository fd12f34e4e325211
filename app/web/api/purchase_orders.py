"""Purchase orders by program: write, read, list, send, put off, cancel, receive."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from flask import Blueprint
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.kernel import clock, uow
from app.kernel.errors import Invalid
from app.purchasing import suppliers
from app.purchasing.states import BuyingState
from app.queries import purchase_board, purchase_page
from app.queries.purchase_board import PurchaseRow
from app.queries.purchase_page import Line
from app.web.api import placing, purchase_bodies
from app.web.api.access import requires
from app.web.api.fields import PRINTABLE, Body
from app.web.api.idempotency import once, reply
from app.web.api.printing import moment, money
from app.web.api.purchase_bodies import (
    DatesBody,
    PurchaseCancellationBody,
    PurchaseLineBody,
    PurchaseOrderBody,
    ReceiptBody,
    SendingBody,
)
from app.web.api.requests import query_of, read, required_key
from app.web.links import absolute
from app.web.roles import current_actor
from app.workflows.change_purchase_orders import LeaveOut, NewDay, cancel_units, change_dates
from app.workflows.receive_goods import Arrival, receive
from app.workflows.spread_receipts import Item
from app.workflows.write_purchase_orders import Draft, DraftLine, send, write_drafts

bp = Blueprint("purchase_orders", __name__, url_prefix="/purchase-orders")
B = TypeVar("B", bound=Body)


class ListQuery(BaseModel):
    """What may stand after the question mark."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[str, Field(max_length=600)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    state: BuyingState | None = None
    supplier: Annotated[str, Field(pattern=PRINTABLE, max_length=80)] = ""


@bp.get("")
@requires("purchase_orders:read")
def index() -> ResponseReturnValue:
    query = query_of(ListQuery)
    asked = query.model_dump() | {"state": query.state.value if query.state else ""}
    with uow.unit_of_work() as session:
        page = purchase_board.purchase_feed(session, **asked)
    kept = query.model_dump(exclude_defaults=True, mode="json") | {"after": page.following}
    following = absolute("api.purchase_orders.index", **kept) if page.following else None
    listed = [purchase_bodies.PurchaseOrderSummary(**_summary(row)) for row in page.rows]
    return reply(200, purchase_bodies.PurchaseOrderList(purchase_orders=listed, next=following).model_dump_json())


@bp.get("/<number>")
@requires("purchase_orders:read")
def show(number: str) -> ResponseReturnValue:
    with uow.unit_of_work() as session:
        answer = _answer(session, number)
    return reply(200, answer.model_dump_json())


@bp.post("")
@requires("purchase_orders:write")
def create() -> ResponseReturnValue:
    got = read(PurchaseOrderBody)
    replay = placing.replay("purchase_orders.create", required_key(), got.hash)
    return once(replay, lambda session: _create(session, got.body), status=201)


@bp.post("/<number>/sending")
@requires("purchase_orders:write")
def create_sending(number: str) -> ResponseReturnValue:
    return _act(number, "sending", SendingBody, _send)


@bp.post("/<number>/dates")
@requires("purchase_orders:write")
def create_dates(number: str) -> ResponseReturnValue:
    return _act(number, "dates", DatesBody, _put_off)


@bp.post("/<number>/cancellation")
@requires("purchase_orders:write")
def create_cancellation(number: str) -> ResponseReturnValue:
    return _act(number, "cancellation", PurchaseCancellationBody, _cancel)


@bp.post("/<number>/receipts")
@requires("purchase_orders:write")
def create_receipt(number: str) -> ResponseReturnValue:
    got, key = read(ReceiptBody), required_key()
    replay = placing.replay(f"purchase_orders.{number}.receipts", key, got.hash)
    return once(replay, lambda session: _receive(session, number, replay.scope + key, got.body), status=201)


def _act(number: str, what: str, model: type[B], act: Callable[[Session, str, B], None]) -> ResponseReturnValue:
    got = read(model)
    replay = placing.replay(f"purchase_orders.{number}.{what}", required_key(), got.hash)
    return once(replay, lambda session: _done(session, number, got.body, act), status=200)


def _done(
    session: Session, number: str, body: B, act: Callable[[Session, str, B], None]
) -> purchase_bodies.PurchaseOrderAnswer:
    act(session, number, body)
    return _answer(session, number)


def _create(session: Session, body: PurchaseOrderBody) -> purchase_bodies.PurchaseOrderAnswer:
    found = suppliers.by_code(session, [body.supplier])
    currency = found[body.supplier].currency if body.supplier in found else ""
    lines = tuple(_line(place, line, currency) for place, line in enumerate(body.lines))
    draft = Draft(supplier=body.supplier, site=body.site, lines=lines, expected_on=body.expected_on, note=body.note)
    [number] = write_drafts(session, [draft], actor=current_actor()).values()
    if body.send:
        send(session, [number], actor=current_actor())
    return _answer(session, number)


def _line(place: int, line: PurchaseLineBody, currency: str) -> DraftLine:
    if currency and line.unit_cost and line.unit_cost.currency != currency:
        raise Invalid([(f"lines.{place}.unit_cost", f"the supplier's prices are in {currency}: send the cost so")])
    cost = line.unit_cost.minor if line.unit_cost else None
    return DraftLine(sku=line.sku, quantity=line.quantity, unit_cost_minor=cost, expected_on=line.expected_on)


def _send(session: Session, number: str, _body: SendingBody) -> None:
    send(session, [number], actor=current_actor())


def _put_off(session: Session, number: str, body: DatesBody) -> None:
    changes = [NewDay(number=number, expected_on=one.expected_on, position=one.position) for one in body.dates]
    change_dates(session, changes, actor=current_actor())


def _cancel(session: Session, number: str, body: PurchaseCancellationBody) -> None:
    named = [LeaveOut(number=number, position=one.position, quantity=one.quantity) for one in body.lines or ()]
    cancel_units(session, named or [LeaveOut(number=number)], actor=current_actor())


def _receive(session: Session, number: str, scan: str, body: ReceiptBody) -> purchase_bodies.ReceiptAnswer:
    arrival = Arrival(
        number=number,
        client_scan_id=scan,
        items=tuple(Item(**one.model_dump()) for one in body.items),
        over_reason=body.over_reason or "",
        received_at=body.received_at,
    )
    [got] = receive(session, [arrival], actor=current_actor())
    head = purchase_page.head(session, number)
    lines = purchase_page.lines(session, head.id)
    return purchase_bodies.ReceiptAnswer(
        receipt_id=got.receipt_id,
        number=number,
        state=head.state,
        units=sum(part.quantity for part in got.parts),
        lines=[_line_answer(line, head.currency) for line in lines],
    )


def _answer(session: Session, number: str) -> purchase_bodies.PurchaseOrderAnswer:
    head = purchase_page.head(session, number)
    [row] = purchase_board.rows(session, [head.id], today=clock.now().date())
    lines = [_line_answer(line, head.currency) for line in purchase_page.lines(session, head.id)]
    return purchase_bodies.PurchaseOrderAnswer(**_summary(row), note=head.note, lines=lines)


def _summary(row: PurchaseRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "supplier": row.supplier,
        "site": row.site,
        "state": row.state,
        "created_at": moment(row.created_at),
        "sent_at": moment(row.sent_at),
        "expected_on": row.expected_on.isoformat() if row.expected_on else None,
        "ordered": row.ordered,
        "received": row.received,
        "total": money(row.total_minor, row.currency),
        "url": absolute("api.purchase_orders.show", number=row.number),
    }


def _line_answer(line: Line, currency: str) -> purchase_bodies.PurchaseLineAnswer:
    return purchase_bodies.PurchaseLineAnswer(
        position=line.position,
        sku=line.sku,
        name=line.name,
        supplier_code=line.supplier_code,
        ordered=line.ordered,
        received=line.received,
        rejected=line.rejected,
        cancelled=line.cancelled,
        short=line.short,
        open=line.open,
        expected_on=line.expected_on.isoformat(),
        promised_on=line.promised_on.isoformat() if line.promised_on else None,
        unit_cost=money(line.unit_cost_minor, currency),
    )
