"""What the API offers, as one table; the OpenAPI document and the documentation page are printed from it."""

from dataclasses import dataclass, field

from pydantic import BaseModel

from app.kernel.text import LARGEST_QUANTITY
from app.web.api import answers, schemas


@dataclass(frozen=True, kw_only=True)
class Parameter:
    name: str
    where: str
    description: str
    required: bool = False
    schema: dict[str, object] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, kw_only=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    description: str
    scope: str | None
    answers: dict[int, type[BaseModel] | None]
    problems: tuple[int, ...]
    body: type[BaseModel] | None = None
    parameters: tuple[Parameter, ...] = ()


NUMBER = Parameter(name="number", where="path", description="Our order number.", required=True)
KEY = Parameter(
    name="Idempotency-Key",
    where="header",
    description="Up to 255 printable characters, new for each thing you want to happen. "
    "The same key with the same body gets the stored answer; with another body it is refused with 422.",
    schema={"type": "string", "minLength": 1, "maxLength": 255},
)
PAGE = (
    Parameter(name="after", where="query", description="Where the page starts: taken from `next` of the page before."),
    Parameter(
        name="limit",
        where="query",
        description="Orders per page.",
        schema={"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
    ),
    Parameter(name="status", where="query", description="Only orders whose order status is this one."),
    Parameter(name="external_number", where="query", description="Only orders with this number of the channel."),
)
SKU = Parameter(name="code", where="path", description="Our code of the SKU.", required=True)
PROMISING = (
    Parameter(name="site", where="query", description="Code of one open site; all of them when left out."),
    Parameter(
        name="quantity",
        where="query",
        description="Ask from which day so many can be promised.",
        schema={"type": "integer", "minimum": 1, "maximum": LARGEST_QUANTITY},
    ),
)
TOKEN = Parameter(name="token", where="path", description="What the reservation was answered with.", required=True)
HELD_PAGE = (
    PAGE[0],
    Parameter(
        name="limit",
        where="query",
        description="Reservations per page.",
        schema={"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
    ),
    Parameter(name="state", where="query", description="`held`, `expired`, or `all`, which is meant when left out."),
    Parameter(name="channel", where="query", description="Only those of the channel with this code."),
    Parameter(name="owner", where="query", description="Only the one of this cart or quote."),
)
READING = (401, 403, 404, 429)
WRITING = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="createOrder",
        method="post",
        path="/orders",
        summary="Place an order",
        description="Send an `Idempotency-Key`, an `external_number`, or both: neither is refused with 400. "
        "201 means that the order stands; 202 that it is kept in the exceptions queue until somebody mends it. "
        "After 503 send the same request with the same key again: it is one order, whatever became of the first.",
        scope="orders:write",
        body=schemas.OrderBody,
        parameters=(KEY,),
        answers={201: answers.PlacedAnswer, 202: answers.ParkedAnswer},
        problems=WRITING,
    ),
    Operation(
        id="listOrders",
        method="get",
        path="/orders",
        summary="List orders",
        description="Oldest first, so that a client which keeps `next` sees each order once.",
        scope="orders:read",
        parameters=PAGE,
        answers={200: answers.OrderList},
        problems=(400, *READING),
    ),
    Operation(
        id="getOrder",
        method="get",
        path="/orders/{number}",
        summary="Read an order",
        description="Statuses, lines with their counters, money and parcels.",
        scope="orders:read",
        parameters=(NUMBER,),
        answers={200: answers.OrderAnswer},
        problems=READING,
    ),
    Operation(
        id="cancelOrder",
        method="post",
        path="/orders/{number}/cancellation",
        summary="Cancel an order or some of its units",
        description="Units that have left are not cancelled; asking for more than is left is refused with 422.",
        scope="orders:write",
        body=schemas.CancellationBody,
        parameters=(NUMBER, KEY),
        answers={200: answers.CancelledAnswer},
        problems=WRITING,
    ),
    Operation(
        id="recordPayment",
        method="post",
        path="/orders/{number}/payments",
        summary="Record a payment",
        description="Money that came in outside of Waybill. Needs an `Idempotency-Key`.",
        scope="payments:write",
        body=schemas.EntryBody,
        parameters=(NUMBER, KEY),
        answers={201: answers.EntryAnswer},
        problems=WRITING,
    ),
    Operation(
        id="recordRefund",
        method="post",
        path="/orders/{number}/refunds",
        summary="Record a refund",
        description="Money that went back outside of Waybill: never more than was paid and not yet given back.",
        scope="payments:write",
        body=schemas.EntryBody,
        parameters=(NUMBER, KEY),
        answers={201: answers.EntryAnswer},
        problems=WRITING,
    ),
    Operation(
        id="getAvailability",
        method="get",
        path="/skus/{code}/availability",
        summary="When could I have so many",
        description="What lies here, what is to come and what waits, week by week, and what can be promised of it: "
        "`cumulative_atp` is what nobody else needs from that week on.",
        scope="stock:read",
        parameters=(SKU, *PROMISING),
        answers={200: answers.AvailabilityAnswer},
        problems=(400, *READING, 422),
    ),
    Operation(
        id="reserveStock",
        method="post",
        path="/reservations",
        summary="Reserve units for a cart or a quote",
        description="Everything is held or nothing is: 422 names each line that is short. A cart that holds something "
        "already asks for a new whole. Send the `token` with the order, and the units become its own.",
        scope="reservations:write",
        body=schemas.ReservationBody,
        parameters=(KEY,),
        answers={201: answers.ReservationAnswer},
        problems=WRITING,
    ),
    Operation(
        id="listReservations",
        method="get",
        path="/reservations",
        summary="List reservations",
        description="Oldest first.",
        scope="reservations:read",
        parameters=HELD_PAGE,
        answers={200: answers.ReservationList},
        problems=(400, *READING),
    ),
    Operation(
        id="getReservation",
        method="get",
        path="/reservations/{token}",
        summary="Read a reservation",
        description="Also for ninety days after it ended: then `ended_at` is set and `state` says what became of it, "
        "with the number of the `order` that took its units over.",
        scope="reservations:read",
        parameters=(TOKEN,),
        answers={200: answers.ReservationAnswer},
        problems=READING,
    ),
    Operation(
        id="changeReservation",
        method="put",
        path="/reservations/{token}",
        summary="Change what is held",
        description="The difference is reserved or freed, and the time begins anew. "
        "Where something is short, everything that was held still is.",
        scope="reservations:write",
        body=schemas.ReservationChangeBody,
        parameters=(TOKEN,),
        answers={200: answers.ReservationAnswer},
        problems=WRITING,
    ),
    Operation(
        id="extendReservation",
        method="post",
        path="/reservations/{token}/extension",
        summary="Reserve a quarter of an hour longer",
        description="For a payment that takes its time: once, while the reservation holds. Else 409.",
        scope="reservations:write",
        parameters=(TOKEN, KEY),
        answers={200: answers.ReservationAnswer},
        problems=WRITING,
    ),
    Operation(
        id="releaseReservation",
        method="delete",
        path="/reservations/{token}",
        summary="Give up what is held",
        description="The units are free at once.",
        scope="reservations:write",
        parameters=(TOKEN,),
        answers={204: None},
        problems=READING,
    ),
)
