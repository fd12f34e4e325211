"""What a client gets back; read by OpenAPI and by the views, so that the two agree."""

from pydantic import BaseModel, Field


class MoneyAnswer(BaseModel):
    amount: str = Field(examples=["12.34"])
    currency: str = Field(examples=["EUR"])


class ReasonAnswer(BaseModel):
    """`field` names the part of the request, `message` says what to do."""

    field: str
    code: str
    message: str


class PlacedAnswer(BaseModel):
    """The order is taken: each later step of it is seen at `url` and `tracking_url`."""

    number: str
    external_number: str | None
    status: str
    promised_at: str | None
    url: str
    tracking_url: str
    warnings: list[ReasonAnswer]


class ParkedAnswer(BaseModel):
    """Kept, but not an order yet: somebody mends it at `url`."""

    exception_id: int
    external_number: str | None
    url: str
    reasons: list[ReasonAnswer]


class KitAnswer(BaseModel):
    """Lines with the same `position` here were asked for as one line of so many kits."""

    sku: str
    name: str
    position: int
    quantity: int


class LineAnswer(BaseModel):
    """Units: ordered = allocated + backordered + shipped + cancelled. `kit` is what the line is a part of, or null."""

    position: int
    sku: str
    name: str
    ordered: int
    allocated: int
    backordered: int
    shipped: int
    delivered: int
    cancelled: int
    total: MoneyAnswer
    kit: KitAnswer | None


class StatusAnswer(BaseModel):
    """Three axes; none of them is ever typed in, all follow from what happened."""

    order: str
    payment: str
    fulfilment: str


class OrderSummary(BaseModel):
    number: str
    external_number: str | None
    channel: str
    placed_at: str
    status: StatusAnswer
    total: MoneyAnswer
    url: str


class ParcelAnswer(BaseModel):
    carrier: str
    tracking_number: str
    state: str
    shipped_at: str | None
    delivered_at: str | None


class OrderAnswer(OrderSummary):
    promised_at: str | None
    goods: MoneyAnswer
    shipping: MoneyAnswer
    tax: MoneyAnswer
    paid: MoneyAnswer
    refunded: MoneyAnswer
    lines: list[LineAnswer]
    parcels: list[ParcelAnswer]
    tracking_url: str


class OrderList(BaseModel):
    """`next` is the address of the following page; null on the last."""

    orders: list[OrderSummary]
    next: str | None


class CancelledAnswer(BaseModel):
    number: str
    status: StatusAnswer
    cancelled_units: int


class HeldLineAnswer(BaseModel):
    sku: str
    site: str
    quantity: int


class ReservationAnswer(BaseModel):
    """`state` is held, or expired: then it still serves its owner until somebody else needs the units.

    With `ended_at` it holds nothing any more, and `state` says what became of it: ordered (as `order`), released,
    expired or lost."""

    token: str
    channel: str
    owner: str
    kind: str
    state: str
    expires_at: str
    was_extended: bool
    lines: list[HeldLineAnswer]
    url: str
    order: str | None = None
    ended_at: str | None = None


class ReservationList(BaseModel):
    """`next` is the address of the following page; null on the last."""

    reservations: list[ReservationAnswer]
    next: str | None


class EntryAnswer(BaseModel):
    number: str
    entry_id: int
    status: StatusAnswer
    paid: MoneyAnswer
    refunded: MoneyAnswer


class SupplyAnswer(BaseModel):
    """A line of a purchase order or transfer; `pegged` of its units are what orders wait for."""

    name: str
    site: str
    quantity: int
    pegged: int
    expected_on: str


class WeekAnswer(BaseModel):
    """`period_atp` looks at this week and what earlier ones have left; `cumulative_atp` at all that follow too."""

    starts_on: str
    supply: int
    demand: int
    on_hand: int
    period_atp: int
    cumulative_atp: int
    coming: list[SupplyAnswer]


class AvailabilityAnswer(BaseModel):
    """What can be promised; with `quantity`, from which day so many can, and the supply that rests on.

    `available_on` is null where so many cannot be promised before `until`. `rests_on` is empty where they lie here.
    `waiting` units of orders come before any new promise. `overdue` supply counts nowhere until it has a new day.
    """

    sku: str
    site: str | None
    today: str
    until: str
    here: int
    waiting: int
    pegged: int
    quantity: int | None
    available_on: str | None
    rests_on: list[SupplyAnswer]
    overdue: list[SupplyAnswer]
    weeks: list[WeekAnswer]


class Problem(BaseModel):
    """RFC 9457. `errors` lists everything that is wrong, not only the first."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str | None = None
    errors: list[ReasonAnswer] = Field(default_factory=list)
