"""Units reserved for carts and quotes by program: reserve, change, extend, give up."""

from typing import Annotated

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.inventory import reservations
from app.kernel import uow
from app.orders.values import Failure
from app.queries import reservations_list
from app.queries.ended_reservations import EndedRow
from app.queries.reservations_list import Filters, ReservationRow
from app.web.api import answers, placing, printing
from app.web.api.access import requires
from app.web.api.fields import PRINTABLE
from app.web.api.idempotency import once, reply
from app.web.api.problems import Refused, of_rules
from app.web.api.requests import query_of, read, required_key
from app.web.api.schemas import HeldLineBody, ReservationBody, ReservationChangeBody
from app.web.links import absolute
from app.web.roles import current_actor
from app.workflows.reserve_stock import Ask, reserve_stock

bp = Blueprint("reservations", __name__, url_prefix="/reservations")


class ListQuery(BaseModel):
    """What may stand after the question mark."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[str, Field(max_length=600)] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    state: Annotated[str, Field(pattern=r"^(all|held|expired)$")] = "all"
    channel: Annotated[str, Field(pattern=PRINTABLE, max_length=80)] = ""
    owner: Annotated[str, Field(pattern=PRINTABLE, max_length=80)] = ""


@bp.post("")
@requires("reservations:write")
def create() -> ResponseReturnValue:
    got = read(ReservationBody)
    replay = placing.replay("reservations", required_key(), got.hash)
    return once(replay, lambda session: _reserve(session, _ask(got.body)), status=201)


@bp.get("")
@requires("reservations:read")
def index() -> ResponseReturnValue:
    query = query_of(ListQuery)
    filters = Filters(state=query.state, channel=query.channel, owner=query.owner)
    with uow.unit_of_work() as session:
        page = reservations_list.listed(session, filters, after=query.after, limit=query.limit)
    kept = query.model_dump(exclude_defaults=True) | {"after": page.following}
    following = absolute("api.reservations.index", **kept) if page.following else None
    listed = answers.ReservationList(reservations=[_printed(row) for row in page.rows], next=following)
    return reply(200, listed.model_dump_json())


@bp.get("/<token>")
@requires("reservations:read")
def show(token: str) -> ResponseReturnValue:
    with uow.unit_of_work() as session:
        return reply(200, _printed(reservations_list.look_up(session, token)).model_dump_json())


@bp.put("/<token>")
@requires("reservations:write")
def update(token: str) -> ResponseReturnValue:
    body = read(ReservationChangeBody).body
    return reply(200, uow.run(lambda session: _change(session, token, body)).model_dump_json())


@bp.post("/<token>/extension")
@requires("reservations:write")
def create_extension(token: str) -> ResponseReturnValue:
    replay = placing.replay(f"reservations.{token}.extension", required_key(), b"")
    return once(replay, lambda session: _extend(session, token), status=200)


@bp.delete("/<token>")
@requires("reservations:write")
def delete(token: str) -> ResponseReturnValue:
    uow.run(lambda session: _release(session, token))
    return Response(status=204)


def _ask(body: ReservationBody) -> Ask:
    return Ask(channel=body.channel, owner=body.owner, kind=body.kind, minutes=body.minutes, lines=_lines(body.lines))


def _lines(lines: tuple[HeldLineBody, ...]) -> tuple[tuple[str, int], ...]:
    return tuple((line.sku, line.quantity) for line in lines)


def _reserve(session: Session, ask: Ask) -> answers.ReservationAnswer:
    [held] = reserve_stock(session, [ask], actor=current_actor())
    if held.token is None:
        raise _refused(held.failures)
    return _printed(reservations_list.get(session, held.token))


def _change(session: Session, token: str, body: ReservationChangeBody) -> answers.ReservationAnswer:
    row = reservations_list.get(session, token)
    ask = Ask(channel=row.channel, owner=row.owner, kind=row.kind, minutes=body.minutes, lines=_lines(body.lines))
    return _reserve(session, ask)


def _release(session: Session, token: str) -> None:
    reservations.release(session, [reservations_list.get(session, token).token], actor=current_actor())


def _extend(session: Session, token: str) -> answers.ReservationAnswer:
    reservations.extend(session, [reservations_list.get(session, token).token])
    return _printed(reservations_list.get(session, token))


def _refused(failures: tuple[Failure, ...]) -> Refused:
    return Refused(422, "; ".join(one.message for one in failures), reasons=of_rules(failures))


def _printed(row: ReservationRow | EndedRow) -> answers.ReservationAnswer:
    url = absolute("api.reservations.show", token=row.token)
    return printing.ended_reservation(row, url=url) if isinstance(row, EndedRow) else printing.reservation(row, url=url)
