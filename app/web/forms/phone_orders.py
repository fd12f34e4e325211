"""An order taken by phone: customer, address, and up to twelve lines."""

from typing import Any

from wtforms import FieldList, FormField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import Length

from app.kernel import money
from app.kernel import text as typed
from app.kernel.errors import Invalid
from app.kernel.money import Money
from app.orders.values import OrderRequest, RequestedLine
from app.web.forms.base import NEEDED, BlockField, choices
from app.web.forms.contacts import ContactForm

LINES = 12
SHOWN_LINES = 5
PAYMENT = (("", "Not agreed yet"), ("bank_transfer", "Bank transfer"), ("cod", "Cash on delivery"), ("cash", "Cash"))


class PhoneLineForm(PlainForm):  # type: ignore[misc]
    """Texts: they are read together, so that every mistake of the form shows at once."""

    sku = StringField("SKU", [Length(max=80)], render_kw={"autocomplete": "off"})
    quantity = StringField("Quantity", [Length(max=20)], render_kw={"inputmode": "numeric", "autocomplete": "off"})
    unit_price = StringField(
        "Price of one", [Length(max=20)], render_kw={"inputmode": "decimal", "autocomplete": "off"}
    )


class PhoneOrderForm(ContactForm):
    channel = SelectField("Channel", [NEEDED])
    payment_method = SelectField("Payment", choices=choices(*PAYMENT))
    shipping = StringField(
        "Delivery charge", [Length(max=20)], render_kw={"inputmode": "decimal", "autocomplete": "off"}
    )
    note = BlockField("Note", most=4_000, render_kw={"rows": 2})
    lines = FieldList(FormField(PhoneLineForm), min_entries=SHOWN_LINES, max_entries=LINES)

    def request(self, currency: str) -> OrderRequest:
        """Raises Invalid with every line that cannot be read."""
        return OrderRequest(
            channel=self.channel.data or "",
            contact=self.contact(),
            lines=self._read_lines(currency),
            currency=currency,
            shipping_minor=_amount(self.shipping.data, currency, "shipping").minor,
            payment_method=self.payment_method.data or "",
            note=typed.mask_cards(self.note.data or ""),
            payload={"source": "phone"},
        )

    def _read_lines(self, currency: str) -> tuple[RequestedLine, ...]:
        lines, failures = [], []
        for place, entry in enumerate(self.lines.entries, start=1):
            if any((value or "").strip() for value in entry.data.values() if isinstance(value, str)):
                try:
                    lines.append(_line(entry.data, currency))
                except Invalid as error:
                    failures += [("lines", f"line {place}, {field}: {why}") for field, why in error.failures]
        if not lines and not failures:
            failures.append(("lines", "write at least one line: a SKU and a quantity"))
        if failures:
            raise Invalid(failures)
        return tuple(lines)


def _line(written: dict[str, Any], currency: str) -> RequestedLine:
    sku = typed.line(written["sku"] or "", field="SKU", most=80, required=True)
    quantity = typed.quantity(written["quantity"] or "", field="quantity")
    if not (written["unit_price"] or "").strip():
        return RequestedLine(sku=sku, quantity=quantity)
    price = _amount(written["unit_price"], currency, "price")
    return RequestedLine(sku=sku, quantity=quantity, total_minor=price.minor * quantity)


def _amount(written: str | None, currency: str, field: str) -> Money:
    return money.parse((written or "").strip() or "0", currency, field=field)
