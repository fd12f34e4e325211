"""What clients send about transfers, and what they get."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.web.api.fields import Body, Code, Quantity

Day = Annotated[
    date, Field(strict=False, description="A calendar day at the site that waits.", examples=["2026-12-01"])
]
LossReason = Literal["missing", "destroyed", "stolen", "carrier"]


Serials = Annotated[
    tuple[Code, ...],
    Field(
        max_length=500,
        strict=False,
        description="The number of each unit, as many as `quantity`, where the SKU is kept by serial number.",
        examples=[["SN-1", "SN-2"]],
    ),
]


class TransferGoodsBody(Body):
    """Units of one SKU; without `lot` by the SKU's own rule of removal."""

    sku: Code
    quantity: Quantity
    lot: Code | None = None
    serials: Serials = ()


class TransferBody(Body):
    """A draft: nothing moves until it is sent."""

    from_site: Code = Field(examples=["RNO1"])
    to_site: Code = Field(examples=["CMH1"])
    expected_on: Day
    lines: Annotated[tuple[TransferGoodsBody, ...], Field(min_length=1, max_length=500, strict=False)]


class NamedUnitsBody(Body):
    """Numbered units of one SKU that leave."""

    sku: Code
    serials: Annotated[tuple[Code, ...], Field(min_length=1, max_length=500, strict=False)]


class DepartureBody(Body):
    """Without `expected_on` the day of the draft stands.

    `named` gives numbers to units that were drafted without; what is named beyond them is added.
    """

    expected_on: Day | None = None
    named: Annotated[tuple[NamedUnitsBody, ...], Field(max_length=500, strict=False)] = ()


class ArrivedLineBody(TransferGoodsBody):
    found: bool = Field(
        False, description="Whether more than were sent may have arrived: the surplus is booked as found."
    )


class LostLineBody(TransferGoodsBody):
    reason: LossReason


class ArrivalBody(Body):
    """What came in, what will not come any more, or both."""

    arrived: Annotated[tuple[ArrivedLineBody, ...], Field(max_length=500, strict=False)] = ()
    lost: Annotated[tuple[LostLineBody, ...], Field(max_length=500, strict=False)] = ()


class TransferCancellationBody(Body):
    """Empty: a draft is dropped, and what was on its way is stock of its first site again."""


class TransferNumberAnswer(BaseModel):
    """A numbered unit: named, in_transit, arrived, lost, returned or found."""

    serial: str
    state: str


class TransferLineAnswer(BaseModel):
    """Units: sent = arrived + lost + returned + in_transit. `found` arrived beyond what was sent."""

    sku: str
    lot: str | None
    asked: int
    sent: int
    arrived: int
    lost: int
    returned: int
    in_transit: int
    found: int
    numbers: list[TransferNumberAnswer]


class TransferSummaryAnswer(BaseModel):
    number: str
    from_site: str
    to_site: str
    state: str
    expected_on: str
    created_at: str
    sent_at: str | None
    closed_at: str | None
    url: str


class TransferAnswer(TransferSummaryAnswer):
    lines: list[TransferLineAnswer]


class TransferList(BaseModel):
    """`next` is the address of the following page; null on the last."""

    transfers: list[TransferSummaryAnswer]
    next: str | None
