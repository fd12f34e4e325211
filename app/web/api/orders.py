"""Orders by program: place, read, list, cancel."""

from typing import Annotated, Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.kernel import uow
from app.kernel.errors import StaleState
from app.orders import facts
from app.queries import order_feed, order_page
from app.queries.bundles import Bundle, bundles
from app.web.api import answers, intake, placing, printing
from app.web.api.access import requires
from app.web.api.fields import PRINTABLE
from app.web.api.idempotency import once, reply
from app.web.api.problems import Refused
from app.web.api.requests import query_of, read, required_key
from app.web.api.schemas import CancellationBody, CancelledLineBody, OrderBody
from app.web.links import absolute
from app.web.roles import current_actor
from app.workflows.cancel_orders import Cancellation, cancel_orders

bp = Blueprint("orders", __name__, url_prefix="/orders")


class ListQuery(BaseModel):
    """What may stand after the question mark."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[str, Field(max_length=600)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    status: Annotated[str, Field(pattern=r"^[a-z_]{0,40}$")] = ""
    external_number: Annotated[str, Field(pattern=PRINTABLE, max_length=80)] = ""


@bp.post("")
@requires("orders:write")
def create() -> ResponseReturnValue:
    got = read(OrderBody)
    placement = intake.place(placing.request_of(got))
    return placing.answer(placement, got.body.external_number)


@bp.get("")
@requires("orders:read")
def index() -> ResponseReturnValue:
    query = query_of(ListQuery)
    with uow.unit_of_work() as session:
        page = order_feed.order_feed(session, **query.model_dump())
    listed = [printing.summary(row, url=_url(row.number)) for row in page.rows]
    kept = query.model_dump(exclude_defaults=True) | {"after": page.following}
    following = absolute("api.orders.index", **kept) if page.following else None
    return reply(200, answers.OrderList(orders=listed, next=following).model_dump_json())


@bp.get("/<number>")
@requires("orders:read")
def show(number: str) -> ResponseReturnValue:
    with uow.unit_of_work() as session:
        head = order_page.head(session, number)
        lines, parcels = order_page.lines(session, head.id), order_page.parcels(session, head.id)
    tracking_url = absolute("tracking.orders.show", tracking_key=head.tracking_key)
    answer = printing.order(head, lines, parcels, url=_url(head.number), tracking_url=tracking_url)
    return reply(200, answer.model_dump_json())


@bp.post("/<number>/cancellation")
@requires("orders:write")
def create_cancellation(number: str) -> ResponseReturnValue:
    got = read(CancellationBody)
    replay = placing.replay(f"orders.{number}.cancellation", required_key(), got.hash)
    return once(replay, lambda session: _cancel(session, number, got.body), status=200)


def _cancel(session: Session, number: str, body: CancellationBody) -> answers.CancelledAnswer:
    order_id = order_page.id_of(session, number)
    facts.lock(session, [order_id])
    found = bundles(order_page.lines(session, order_id))
    asked = _everything(found) if body.lines is None else _named(found, body.lines)
    wanted = [
        Cancellation(order_id=order_id, order_line_id=line_id, quantity=quantity, reason=body.reason)
        for line_id, quantity in asked.items()
    ]
    cancel_orders(session, wanted, actor=current_actor())
    head = order_page.head(session, number)
    return answers.CancelledAnswer(number=number, status=printing.status(head), cancelled_units=sum(asked.values()))


def _everything(found: list[Bundle]) -> dict[int, int]:
    free = {id: units for each in found if each.cancellable for id, units in each.units(each.cancellable).items()}
    if not free:
        raise StaleState("nothing is left to cancel: every unit is picked, gone or cancelled already")
    return free


def _named(found: list[Bundle], named: tuple[CancelledLineBody, ...]) -> dict[int, int]:
    """Units by line; a SKU or kit that stands on two lines is taken from the first that has any left."""
    wanted: dict[str, int] = {}
    for position, one in enumerate(named):
        left = one.quantity
        for each in (each for each in found if each.sku == one.sku):
            taken = min(left, each.cancellable - wanted.get(each.key, 0))
            wanted[each.key] = wanted.get(each.key, 0) + taken
            left -= taken
        if left:
            raise _short(position, one, one.quantity - left, found)
    return {id: units for each in found if wanted.get(each.key) for id, units in each.units(wanted[each.key]).items()}


def _short(position: int, one: CancelledLineBody, free: int, found: list[Bundle]) -> Refused:
    why = f"{one.sku}: {free} of {one.quantity} units can still be cancelled"
    kits = [each.sku for each in found if each.kit and any(line.sku == one.sku for line in each.lines)]
    if kits:
        why += f"; as part of {kits[0]} it is cancelled with the kit: name that"
    reason = answers.ReasonAnswer(field=f"lines.{position}.quantity", code="not_cancellable", message=why)
    return Refused(422, why, reasons=[reason])


def _url(number: Any) -> str:
    return absolute("api.orders.show", number=number)
