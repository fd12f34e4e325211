"""Transfers by program: write, read, list, send, receive, cancel."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from flask import Blueprint
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.kernel import uow
from app.kernel.errors import DomainError
from app.queries import transfer_list
from app.queries.transfer_page import GoodsLine, TransferPage, transfer_page
from app.transfers import book
from app.transfers.states import TransferState
from app.web.api import placing, transfer_bodies
from app.web.api.access import requires
from app.web.api.fields import PRINTABLE, Body
from app.web.api.idempotency import once, reply
from app.web.api.printing import moment
from app.web.api.requests import query_of, read, required_key
from app.web.api.transfer_bodies import ArrivalBody, DepartureBody, TransferBody, TransferCancellationBody
from app.web.links import absolute
from app.web.roles import current_actor
from app.workflows.draft_transfers import Goods, TransferRequest, ask_for, draft_transfers
from app.workflows.expect_transfers import reschedule_transfers
from app.workflows.receive_transfers import cancel_transfers, lose_transfers, receive_transfers
from app.workflows.send_transfers import send_transfers
from app.workflows.spread_transfers import Arrival, Loss

bp = Blueprint("transfers", __name__, url_prefix="/transfers")
B = TypeVar("B", bound=Body)
Site = Annotated[str, Field(pattern=PRINTABLE, max_length=20)]


class ListQuery(BaseModel):
    """What may stand after the question mark."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[str, Field(max_length=600)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    state: TransferState | None = None
    from_site: Site = ""
    to_site: Site = ""


@bp.get("")
@requires("transfers:read")
def index() -> ResponseReturnValue:
    query = query_of(ListQuery)
    state, ends = query.state.value if query.state else "", (query.from_site, query.to_site)
    with uow.unit_of_work() as session:
        page = transfer_list.transfer_feed(session, after=query.after, limit=query.limit, state=state, ends=ends)
    kept = query.model_dump(exclude_defaults=True, mode="json") | {"after": page.following}
    following = absolute("api.transfers.index", **kept) if page.following else None
    listed = [transfer_bodies.TransferSummaryAnswer(**_head(row)) for row in page.rows]
    return reply(200, transfer_bodies.TransferList(transfers=listed, next=following).model_dump_json())


@bp.get("/<number>")
@requires("transfers:read")
def show(number: str) -> ResponseReturnValue:
    with uow.unit_of_work() as session:
        answer = _answer(session, number)
    return reply(200, answer.model_dump_json())


@bp.post("")
@requires("transfers:write")
def create() -> ResponseReturnValue:
    got = read(TransferBody)
    replay = placing.replay("transfers.create", required_key(), got.hash)
    return once(replay, lambda session: _create(session, got.body), status=201)


@bp.post("/<number>/departure")
@requires("transfers:write")
def create_departure(number: str) -> ResponseReturnValue:
    return _act(number, "departure", DepartureBody, _send)


@bp.post("/<number>/arrivals")
@requires("transfers:write")
def create_arrivals(number: str) -> ResponseReturnValue:
    return _act(number, "arrivals", ArrivalBody, _receive)


@bp.post("/<number>/cancellation")
@requires("transfers:write")
def create_cancellation(number: str) -> ResponseReturnValue:
    return _act(number, "cancellation", TransferCancellationBody, _cancel)


def _act(number: str, what: str, model: type[B], act: Callable[[Session, int, B], None]) -> ResponseReturnValue:
    got = read(model)
    replay = placing.replay(f"transfers.{number}.{what}", required_key(), got.hash)
    return once(replay, lambda session: _done(session, number, got.body, act), status=200)


def _done(
    session: Session, number: str, body: B, act: Callable[[Session, int, B], None]
) -> transfer_bodies.TransferAnswer:
    act(session, book.ids_of(session, [number])[number], body)
    return _answer(session, number)


def _create(session: Session, body: TransferBody) -> transfer_bodies.TransferAnswer:
    goods = tuple(
        Goods(sku=line.sku, quantity=line.quantity, lot=line.lot or "", serials=line.serials) for line in body.lines
    )
    wanted = TransferRequest(from_site=body.from_site, to_site=body.to_site, expected_on=body.expected_on, goods=goods)
    [number] = draft_transfers(session, [wanted], actor=current_actor())
    return _answer(session, number)


def _send(session: Session, transfer_id: int, body: DepartureBody) -> None:
    if body.expected_on:
        reschedule_transfers(session, {transfer_id: body.expected_on}, actor=current_actor())
    if body.named:
        named = [Goods(sku=one.sku, quantity=len(one.serials), serials=one.serials) for one in body.named]
        ask_for(session, {transfer_id: named}, actor=current_actor())
    send_transfers(session, [transfer_id], actor=current_actor())


def _receive(session: Session, transfer_id: int, body: ArrivalBody) -> None:
    if not (body.arrived or body.lost):
        raise DomainError("name what arrived, what is lost, or both", field="arrived")
    arrivals = [
        Arrival(
            transfer_id=transfer_id,
            sku=one.sku,
            quantity=one.quantity,
            lot=one.lot or "",
            serials=one.serials,
            is_surplus=one.found,
        )
        for one in body.arrived
    ]
    losses = [
        Loss(
            transfer_id=transfer_id,
            sku=one.sku,
            quantity=one.quantity,
            lot=one.lot or "",
            serials=one.serials,
            reason=one.reason,
        )
        for one in body.lost
    ]
    if arrivals:
        receive_transfers(session, arrivals, actor=current_actor())
    if losses:
        lose_transfers(session, losses, actor=current_actor())


def _cancel(session: Session, transfer_id: int, _: TransferCancellationBody) -> None:
    cancel_transfers(session, [transfer_id], actor=current_actor())


def _answer(session: Session, number: str) -> transfer_bodies.TransferAnswer:
    one = transfer_page(session, number)
    names = [name for name in transfer_bodies.TransferLineAnswer.model_fields if name not in ("lot", "numbers")]
    lines = [
        transfer_bodies.TransferLineAnswer(
            lot=line.lot or None, numbers=_numbers(line), **{name: getattr(line, name) for name in names}
        )
        for line in one.lines
    ]
    return transfer_bodies.TransferAnswer(**_head(one), lines=lines)


def _numbers(line: GoodsLine) -> list[transfer_bodies.TransferNumberAnswer]:
    states = {"asked": "named", "sent": "in_transit"}
    return [
        transfer_bodies.TransferNumberAnswer(serial=one.code, state=states.get(one.kind, one.kind))
        for one in line.numbers
    ]


def _head(one: TransferPage | transfer_list.TransferSummary) -> dict[str, Any]:
    return {
        "number": one.number,
        "from_site": one.from_site,
        "to_site": one.to_site,
        "state": str(one.state),
        "expected_on": one.expected_on.isoformat(),
        "created_at": moment(one.created_at),
        "sent_at": moment(one.sent_at),
        "closed_at": moment(one.closed_at),
        "url": absolute("api.transfers.show", number=one.number),
    }
