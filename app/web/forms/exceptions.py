"""What people send to mend an order that could not be taken."""

from typing import Any

from wtforms import BooleanField

from app.queries.exceptions_queue import Waiting
from app.web.forms.base import Form, LineField
from app.workflows.mend_exceptions import ADDRESS, Mend


class MendForm(Form):
    """Subclassed per exception: one field, named ``sku_0`` and so on, for each code that is not ours."""

    name = LineField("Name")
    street = LineField("Street and number")
    city = LineField("City")
    region = LineField("State or region")
    postal_code = LineField("Postal code", most=20)
    country = LineField("Country, two letters", most=2)
    remember = BooleanField("Remember these names for the channel's next orders")

    @property
    def sku_fields(self) -> list[LineField]:
        return [field for field in self if field.name.startswith("sku_")]

    @property
    def address_fields(self) -> list[LineField]:
        return [self[name] for name in ADDRESS]

    def refuse(self, field: str | None, message: str) -> None:
        """A code that we do not have is refused where it was typed."""
        typed = (one.name for one in self.sku_fields if field == "sku" and one.data and f"“{one.data}”" in message)
        super().refuse(next(typed, field), message)

    def mend(self, found: Waiting) -> Mend:
        """What was changed; a field left as it was changes nothing."""
        contact = found.request["contact"]
        address = {name: self[name].data or "" for name in ADDRESS}
        address["country"] = address["country"].upper()
        codes = zip(found.unknown_skus, self.sku_fields, strict=True)
        return Mend(
            exception_id=found.id,
            address={name: value for name, value in address.items() if value != contact[name]},
            skus={code: field.data for code, field in codes if field.data and field.data != code},
            remember=bool(self.remember.data),
        )


def mend_form(found: Waiting) -> MendForm:
    """The form for this order, filled with what it says."""
    fields = {
        f"sku_{place}": LineField(f"“{code}” is our SKU", most=100, render_kw={"placeholder": code})
        for place, code in enumerate(found.unknown_skus)
    }
    known: dict[str, Any] = {name: found.request["contact"][name] for name in ADDRESS}
    made: type[MendForm] = type("ExceptionMendForm", (MendForm,), fields)
    return made(data=known)
