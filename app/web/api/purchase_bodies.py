"""What clients send about purchase orders, and what they get."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.kernel.text import EARLIEST, LATEST
from app.web.api.answers import MoneyAnswer
from app.web.api.fields import Body, Code, Moment, MoneyBody, Note, Quantity, Text

Day = Annotated[
    date,
    Field(
        strict=False,
        ge=EARLIEST,
        le=LATEST,
        description="A calendar day at the site that waits, not more than two years ahead where goods are awaited.",
        examples=["2026-12-01"],
    ),
]
Position = Annotated[int, Field(ge=1, le=500, description="A line by its position on the order.")]
OverReason = Literal["agreed", "free", "replacement", "packs"]


class PurchaseLineBody(Body):
    """Without `unit_cost` the agreed one is taken; without `expected_on` the day of the order."""

    sku: Code = Field(description="Our code, a GTIN, or what the supplier calls it.")
    quantity: Quantity
    unit_cost: MoneyBody | None = Field(None, description="In the supplier's currency.")
    expected_on: Day | None = None


class PurchaseOrderBody(Body):
    """A draft, unless `send` says that the supplier has it already."""

    supplier: Code = Field(description="Our code of the supplier.", examples=["LEAF"])
    site: Code = Field(description="Code of the site that it goes to.", examples=["CMH1"])
    expected_on: Day | None = Field(None, description="The supplier's usual lead time when left out.")
    note: Note = ""
    lines: Annotated[tuple[PurchaseLineBody, ...], Field(min_length=1, max_length=500, strict=False)]
    send: bool = False


class SendingBody(Body):
    """Empty: from here on its units are reckoned with, and the supplier is measured by its days."""


class NewDayBody(Body):
    expected_on: Day
    position: Position | None = Field(None, description="Every line of which something is to come, when left out.")


class DatesBody(Body):
    """The days first promised stay on record."""

    dates: Annotated[tuple[NewDayBody, ...], Field(min_length=1, max_length=500, strict=False)]


class LeftOutBody(Body):
    position: Position
    quantity: Quantity | None = Field(None, description="All that is still to come of the line, when left out.")


class PurchaseCancellationBody(Body):
    """Without `lines` everything that is still to come is cancelled."""

    lines: Annotated[tuple[LeftOutBody, ...] | None, Field(min_length=1, max_length=500, strict=False)] = None


class ReceiptItemBody(Body):
    """Goods in one condition, of one lot, put into one bin."""

    code: Code = Field(description="Our code, a GTIN, or what the supplier calls it.")
    quantity: Quantity
    condition: Literal["good", "quality_hold", "damaged"] = "good"
    lot: Text = Field("", description="Needed where the SKU is tracked by lot.")
    expires_on: Day | None = None
    bin: Text = Field("", description="The site's receiving bin when left out.")
    serials: Annotated[tuple[Code, ...], Field(max_length=500, strict=False)] = Field(
        (), description="The number of each unit, one for each or none, where the SKU is kept by serial number."
    )


class ReceiptBody(Body):
    """One delivery, or a part of it: all of it counts, or nothing."""

    items: Annotated[tuple[ReceiptItemBody, ...], Field(min_length=1, max_length=500, strict=False)]
    received_at: Moment | None = None
    over_reason: OverReason | None = Field(None, description="Why more may come in than the supplier's tolerance.")


class PurchaseLineAnswer(BaseModel):
    """Units: `open` = ordered - received - cancelled - short, at least 0; `rejected` of `received` are damaged."""

    position: int
    sku: str
    name: str
    supplier_code: str
    ordered: int
    received: int
    rejected: int
    cancelled: int
    short: int
    open: int
    expected_on: str
    promised_on: str | None
    unit_cost: MoneyAnswer


class PurchaseOrderSummary(BaseModel):
    number: str
    supplier: str
    site: str
    state: str
    created_at: str
    sent_at: str | None
    expected_on: str | None
    ordered: int
    received: int
    total: MoneyAnswer
    url: str


class PurchaseOrderAnswer(PurchaseOrderSummary):
    note: str
    lines: list[PurchaseLineAnswer]


class PurchaseOrderList(BaseModel):
    """`next` is the address of the following page; null on the last."""

    purchase_orders: list[PurchaseOrderSummary]
    next: str | None


class ReceiptAnswer(BaseModel):
    """`state` is the purchase order's with this receipt."""

    receipt_id: int
    number: str
    state: str
    units: int
    lines: list[PurchaseLineAnswer]
