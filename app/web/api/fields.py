"""Kinds of values in request bodies; each refuses what a lenient parser would guess at."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from email_validator import EmailNotValidError
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.kernel import clock, money
from app.kernel.errors import Invalid
from app.kernel.text import LARGEST_QUANTITY
from app.web import mail_addresses

PRINTABLE = r"^[^\x00-\x1f\x7f\u2028\u2029]*$"
SEVERAL_LINES = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
AMOUNT = r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,20})?$"
CURRENCY = r"^[A-Z]{3}$"
COUNTRY = r"^[A-Z]{2}$"
HANDLE = r"^[A-Za-z0-9_-]*$"
REMEDIES = {
    HANDLE: "is no token of ours: send the one that the reservation was answered with",
    PRINTABLE: "holds a line break or a control character: remove it",
    SEVERAL_LINES: "holds a control character: remove it",
    AMOUNT: 'must be an amount as text, with a full stop and nothing else, such as "12.34"',
    CURRENCY: "must be a currency by its three capital letters, such as USD",
    COUNTRY: "must be a country by its two capital letters, such as US",
}
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class Body(BaseModel):
    """Unknown fields are refused and nothing is coerced."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MoneyBody(Body):
    """Decimal text and an ISO 4217 code; never a float."""

    amount: Annotated[str, StringConstraints(pattern=AMOUNT, max_length=32)] = Field(examples=["12.34"])
    currency: Annotated[str, StringConstraints(pattern=CURRENCY)] = Field(examples=["EUR"])

    @model_validator(mode="after")
    def _fits_the_currency(self) -> "MoneyBody":
        try:
            money.parse(self.amount, self.currency)
        except Invalid as error:
            field, why = error.failures[0]
            raise PydanticCustomError("money", "{field}: {why}", {"field": field, "why": why}) from None
        return self

    @property
    def minor(self) -> int:
        return money.parse(self.amount, self.currency).minor


def _mail_address(value: str) -> str:
    try:
        return mail_addresses.normalised(value)
    except EmailNotValidError as error:
        raise PydanticCustomError("email", "{why}", {"why": str(error)}) from None


def _plausible(moment: datetime) -> datetime:
    if not EARLIEST <= moment <= clock.now() + timedelta(days=1):
        raise PydanticCustomError("moment", "must lie between 2000-01-01 and tomorrow")
    return moment.astimezone(UTC)


Text = Annotated[str, StringConstraints(pattern=PRINTABLE, strip_whitespace=True, max_length=200)]
Token = Annotated[str, StringConstraints(pattern=HANDLE, max_length=64)]
Note = Annotated[str, StringConstraints(pattern=SEVERAL_LINES, strip_whitespace=True, max_length=4000)]
Code = Annotated[str, StringConstraints(pattern=PRINTABLE, strip_whitespace=True, min_length=1, max_length=80)]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_mail_address)]
Country = Annotated[str, StringConstraints(pattern=COUNTRY)]
Currency = Annotated[str, StringConstraints(pattern=CURRENCY)]
Quantity = Annotated[int, Field(ge=1, le=LARGEST_QUANTITY)]
Moment = Annotated[AwareDatetime, AfterValidator(_plausible)]
