"""What a client sends: the models are the checks, the documentation and the OpenAPI document at once."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from app.web.api.fields import (
    Body,
    Code,
    Country,
    Currency,
    Email,
    Moment,
    MoneyBody,
    Note,
    Quantity,
    Text,
    Token,
)

LARGEST_LINE = 10**15
LONGEST_QUOTE = 30 * 24 * 60
CancelReason = Literal["customer", "mistake", "unavailable", "unpaid", "fraud"]


class ContactBody(Body):
    """Who gets the order and where."""

    name: Annotated[Text, Field(min_length=1, examples=["Ann Example"])]
    email: Email | None = None
    phone: Text | None = None
    street: Text = ""
    city: Text = ""
    region: Text = Field("", description="State or province, as a name or a code.")
    postal_code: Annotated[Text, Field(max_length=16, examples=["98103"])] = ""
    country: Country = Field(description="ISO 3166-1 alpha-2.", examples=["US"])


class LineBody(Body):
    """Neither `total` nor `unit_price`: the channel's price list gives the price."""

    sku: Code = Field(description="Our code, or what the channel calls it.")
    quantity: Quantity
    total: MoneyBody | None = Field(None, description="Net total of the line.")
    unit_price: MoneyBody | None = Field(None, description="Net price of one unit.")

    @model_validator(mode="after")
    def _one_price(self) -> "LineBody":
        if self.total and self.unit_price:
            raise PydanticCustomError("one_price", "send total or unit_price, not both")
        if (self.total_minor or 0) > LARGEST_LINE:
            raise PydanticCustomError("line_total", "the line is worth more than the ledger holds: split it")
        return self

    @property
    def total_minor(self) -> int | None:
        if self.unit_price:
            return self.unit_price.minor * self.quantity
        return self.total.minor if self.total else None

    @property
    def currency(self) -> str | None:
        price = self.total or self.unit_price
        return price.currency if price else None


class OrderBody(Body):
    """One order as the channel took it."""

    channel: Code = Field("api", description="Code of the channel the order comes from.")
    external_number: Code | None = Field(
        None, description="The channel's own number: one order per channel and number."
    )
    placed_at: Moment | None = Field(None, description="With a UTC offset; now when left out.")
    currency: Currency
    customer_code: Code | None = None
    contact: ContactBody
    lines: Annotated[tuple[LineBody, ...], Field(min_length=1, max_length=500, strict=False)]
    shipping: MoneyBody | None = None
    payment_method: Text = Field("", description="For example `cod` for cash on delivery.")
    note: Note = ""
    reservation: Token = Field("", description="Token of the units that this order's cart holds; they become its own.")

    @field_validator("lines", "shipping")
    @classmethod
    def _in_the_order_currency(
        cls, value: Sequence[LineBody] | MoneyBody | None, info: ValidationInfo
    ) -> Sequence[LineBody] | MoneyBody | None:
        expected = info.data.get("currency")
        priced = value if isinstance(value, tuple) else (value,)
        for part in priced:
            if expected and part and part.currency not in (None, expected):
                raise PydanticCustomError(
                    "mixed_currency",
                    "the order is in {expected}, this is in {given}: send one currency per order",
                    {"expected": expected, "given": part.currency},
                )
        return value


class CancelledLineBody(Body):
    sku: Code
    quantity: Quantity


class CancellationBody(Body):
    """Without `lines` everything that has not left is cancelled."""

    reason: CancelReason
    lines: Annotated[tuple[CancelledLineBody, ...] | None, Field(min_length=1, max_length=500, strict=False)] = None


class HeldLineBody(Body):
    sku: Code = Field(description="Our code, or what the channel calls it; of a kit, its components are held.")
    quantity: Quantity


class ReservationChangeBody(Body):
    """All that is wanted from now on: the difference is reserved or freed."""

    lines: Annotated[tuple[HeldLineBody, ...], Field(min_length=1, max_length=500, strict=False)]
    minutes: Annotated[int, Field(ge=1, le=LONGEST_QUOTE)] | None = Field(
        None, description="How long to hold; 15 for a cart and 4,320 for a quote when left out."
    )


class ReservationBody(ReservationChangeBody):
    """Units held for a cart (for 2 hours at most) or a quote (30 days)."""

    channel: Code = Field("api", description="Code of the channel that sells.")
    owner: Code = Field(description="The cart's or quote's own reference; never a name or a mail address.")
    kind: Literal["cart", "quote"] = "cart"


class EntryBody(Body):
    """Money that came in or went back outside of Waybill."""

    amount: MoneyBody
    method: Literal["bank_transfer", "cash", "card_terminal", "cheque", "cod", "gift_card", "online", "other"]
    reference: Text = Field("", description="The payment's own number; never a card number.")
