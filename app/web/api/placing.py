"""From an order's body to a placement, and from a placement to an answer."""

from flask import Response

from app.orders.values import Contact, OrderRequest, Placement, Replay, RequestedLine
from app.web.api import answers
from app.web.api.access import current_key
from app.web.api.idempotency import reply
from app.web.api.printing import moment
from app.web.api.problems import Refused, of_failures, of_rules
from app.web.api.requests import Read, idempotency_key
from app.web.api.schemas import LineBody, OrderBody
from app.web.links import absolute, absolute_of
from app.web.roles import current_actor

ROUTE = "orders.create"


def request_of(got: Read[OrderBody]) -> OrderRequest:
    """Raises Refused (400) when neither a key nor an external number would show a repetition."""
    body, key = got.body, idempotency_key()
    if key is None and body.external_number is None:
        raise Refused(400, "send an Idempotency-Key header or an external_number, so that a repetition can be told")
    return OrderRequest(
        channel=body.channel,
        contact=Contact(**body.contact.model_dump()),
        lines=tuple(_line(line) for line in body.lines),
        currency=body.currency,
        external_number=body.external_number,
        placed_at=body.placed_at,
        customer_code=body.customer_code,
        shipping_minor=body.shipping.minor if body.shipping else 0,
        payment_method=body.payment_method,
        note=body.note,
        reservation=body.reservation,
        replay=replay(ROUTE, key, got.hash) if key else None,
        payload=got.plain,
        actor=current_actor(),
    )


def replay(route: str, key: str, request_hash: bytes) -> Replay:
    return Replay(scope=f"api_key:{current_key().id}:{route}", key=key, request_hash=request_hash)


def answer(placement: Placement, external_number: str | None) -> Response:
    if placement.order_id is not None:
        return reply(201, _placed(placement, external_number).model_dump_json(), repeated=placement.duplicate)
    if placement.exception_id is not None:
        return reply(202, _parked(placement, external_number).model_dump_json(), repeated=placement.duplicate)
    return of_failures(placement.failures)


def _placed(placement: Placement, external_number: str | None) -> answers.PlacedAnswer:
    return answers.PlacedAnswer(
        number=str(placement.number),
        external_number=external_number,
        status=str(placement.status),
        promised_at=moment(placement.promised_at),
        url=absolute_of("api.orders.show", "number", str(placement.number)),
        tracking_url=absolute_of("tracking.orders.show", "tracking_key", str(placement.tracking_key)),
        warnings=of_rules(placement.failures),
    )


def _parked(placement: Placement, external_number: str | None) -> answers.ParkedAnswer:
    return answers.ParkedAnswer(
        exception_id=int(placement.exception_id or 0),
        external_number=external_number,
        url=absolute("support.exceptions.show", exception_id=placement.exception_id),
        reasons=of_rules(placement.failures),
    )


def _line(line: LineBody) -> RequestedLine:
    return RequestedLine(sku=line.sku, quantity=line.quantity, total_minor=line.total_minor)
