"""Purchase orders as an administrator writes and changes them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import FieldList, FormField, HiddenField, SelectField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import Length, Optional

from app.kernel import money
from app.kernel import text as typed
from app.kernel.errors import Invalid
from app.queries.purchase_page import Line
from app.web.forms.base import NEEDED, BlockField, Form, LineField, QuantityField, choices
from app.web.once import OnceForm
from app.workflows.advise_goods import Announced, Shipment
from app.workflows.change_purchase_orders import LeaveOut, NewDay
from app.workflows.raise_drafts import Raising
from app.workflows.write_purchase_orders import Draft, DraftLine

BLANK_LINES, MOST_LINES = 8, 200
OFF = {"autocomplete": "off"}
DIGITS = {**OFF, "inputmode": "numeric"}
DAY = {"type": "date"}
ALL_LINES = ""


class DayField(LineField):
    """A calendar day, or nothing."""

    def __init__(self, label: str, validators: Any = (), **options: Any) -> None:
        super().__init__(label, validators, most=10, render_kw=DAY, **options)

    @property
    def day(self) -> date | None:
        """Raises Invalid."""
        given = (self.data or "").strip()
        return typed.calendar_date(given, field=self.name) if given else None


class LineForm(PlainForm):  # type: ignore[misc]
    """Texts: they are read together, so that every mistake of the form shows at once."""

    sku = StringField("SKU", [Length(max=80)], render_kw={**OFF, "list": "goods"})
    quantity = StringField("Units", [Length(max=20)], render_kw=DIGITS)
    unit_cost = StringField("Cost of one", [Length(max=20)], render_kw={**OFF, "inputmode": "decimal"})
    expected_on = StringField("Expected on", [Length(max=10)], render_kw=DAY)


class PurchaseOrderForm(OnceForm):
    """``supplier`` and ``site`` get their choices from the view."""

    supplier = SelectField("Supplier", [NEEDED], choices=[])
    site = SelectField("To the site", [NEEDED], choices=[])
    expected_on = DayField("Expected on")
    note = BlockField("Note to the supplier", most=2_000, render_kw={"rows": 2})
    lines = FieldList(FormField(LineForm), min_entries=BLANK_LINES, max_entries=MOST_LINES)
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wrong: set[tuple[int, str]] = set()
        self.rows: list[int] = []

    @property
    def seen_version(self) -> int:
        return _version(self.version.data)

    def draft(self, currencies: Mapping[str, str]) -> Draft:
        """``currencies`` by supplier code. Raises Invalid with every line that cannot be read."""
        currency = currencies[self.supplier.data]
        lines, failures = [], []
        self.rows = [row for row, entry in enumerate(self.lines.entries) if _is_written(entry.data)]
        for place, row in enumerate(self.rows):
            try:
                lines.append(_line(self.lines.entries[row].data, currency))
            except Invalid as error:
                failures += [(f"lines.{place}.{field}", why) for field, why in error.failures]
        if not self.rows:
            failures.append(("lines", "write at least one line: a SKU and a quantity"))
        if failures:
            raise Invalid(failures)
        return Draft(
            supplier=self.supplier.data,
            site=self.site.data,
            lines=tuple(lines),
            expected_on=self.expected_on.day,
            note=self.note.data or "",
        )

    def refuse(self, field: str | None, message: str) -> None:
        """What is wrong with a line is said above the lines, and marked in its cell."""
        name, _, rest = (field or "").partition(".")
        if name != "lines" or not rest:
            return super().refuse(field, message)
        place, _, part = rest.partition(".")
        row = self.rows[int(place)]
        self.wrong.add((row, part))
        return super().refuse("lines", f"Line {row + 1}: {message}")


class MailForm(OnceForm):
    """``seen`` is how often the order had been mailed when the page was loaded."""

    seen = HiddenField()

    @property
    def times(self) -> int:
        return typed.whole_number(self.seen.data or "", field="seen", least=0, most=2**31)


class RaisingForm(Form):
    """``version`` and ``shown`` are what whoever asks has seen: the draft, and what would become of its lines."""

    version = HiddenField()
    shown = HiddenField()

    def asked(self, number: str) -> Raising:
        return Raising(number=number, version=_version(self.version.data), shown=self.shown.data or "")


class DatesForm(Form):
    """``position`` is one line, or empty for all that are open."""

    position = SelectField("What", choices=[])
    expected_on = DayField("Comes on", [NEEDED])

    def offer(self, lines: list[Line]) -> None:
        self.position.choices = _open_lines(lines, "Everything still to come")

    def change(self, number: str) -> NewDay:
        day = self.expected_on.day
        assert day is not None
        return NewDay(number=number, expected_on=day, position=_position(self.position.data))


class CancelForm(Form):
    """``version`` is what whoever fills it in has seen."""

    version = HiddenField()
    position = SelectField("What", choices=[])
    quantity = QuantityField("Units", [Optional()], render_kw=DIGITS)

    def offer(self, lines: list[Line]) -> None:
        self.position.choices = _open_lines(lines, "Everything still to come")

    def asked(self, number: str) -> LeaveOut:
        position = _position(self.position.data)
        units = self.quantity.data if position else None
        return LeaveOut(number=number, position=position, quantity=units, version=_version(self.version.data))


class AdviceLineForm(PlainForm):  # type: ignore[misc]
    code = StringField("Code", [Length(max=80)], render_kw={**OFF, "list": "goods"})
    quantity = StringField("Units", [Length(max=20)], render_kw=DIGITS)
    lot = StringField("Lot", [Length(max=60)], render_kw=OFF)
    expires_on = StringField("Use by", [Length(max=10)], render_kw=DAY)


class AdviceForm(Form):
    """What the supplier says is on its way."""

    shipment = LineField("Their number of the shipment", [NEEDED], most=80, render_kw=OFF)
    expected_on = DayField("Comes on", [NEEDED])
    items = FieldList(FormField(AdviceLineForm), min_entries=BLANK_LINES, max_entries=MOST_LINES)

    def announced(self, number: str) -> Shipment:
        items, failures = [], []
        for row, entry in enumerate(self.items.entries, 1):
            if _is_written(entry.data):
                try:
                    items.append(_announced(entry.data))
                except Invalid as error:
                    failures += [("items", f"Line {row}: {why}") for _, why in error.failures]
        if failures:
            raise Invalid(failures)
        day = self.expected_on.day
        assert day is not None
        return Shipment(number=number, shipment=self.shipment.data or "", expected_on=day, items=tuple(items))


def _version(given: str | None) -> int:
    return typed.whole_number(given or "", field="version", least=1, most=2**31)


def _open_lines(lines: list[Line], everything: str) -> Any:
    named = [(str(line.position), f"{line.position}. {line.sku}, {line.open:,} to come") for line in lines if line.open]
    return choices((ALL_LINES, everything), *named)


def _position(given: str | None) -> int | None:
    return int(given) if given else None


def _is_written(entry: Mapping[str, Any]) -> bool:
    return any((value or "").strip() for name, value in entry.items() if name != "csrf_token")


def _line(written: Mapping[str, Any], currency: str) -> DraftLine:
    cost, day = (written["unit_cost"] or "").strip(), (written["expected_on"] or "").strip()
    return DraftLine(
        sku=typed.line(written["sku"] or "", field="sku", most=80, required=True),
        quantity=typed.quantity(written["quantity"] or "", field="quantity"),
        unit_cost_minor=money.parse(cost, currency, field="unit_cost").minor if cost else None,
        expected_on=typed.calendar_date(day, field="expected_on") if day else None,
    )


def _announced(written: Mapping[str, Any]) -> Announced:
    day = (written["expires_on"] or "").strip()
    return Announced(
        code=typed.line(written["code"] or "", field="code", most=80, required=True),
        quantity=typed.quantity(written["quantity"] or "", field="quantity"),
        lot=typed.line(written["lot"] or "", field="lot", most=60),
        expires_on=typed.calendar_date(day, field="expires_on") if day else None,
    )
