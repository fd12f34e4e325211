"""What people say about transfers, and about carrying goods between bins."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import Optional

from app.fulfilment.scans import LONGEST_CODE
from app.inventory.keep_bins import BinFacts
from app.inventory.put_away import KINDS
from app.inventory.values import CONDITIONS, GOOD
from app.kernel import ids
from app.queries.transfer_page import GoodsLine
from app.web.forms.base import NEEDED, BlockField, Form, LineField, QuantityField, choices, own_name
from app.web.forms.lots import listed
from app.web.forms.warehouse import LONGEST_LABEL, CodeField
from app.workflows.carry_units import OVERRIDES, Carry
from app.workflows.receive_transfers import LOSSES

KIND_WORDS = {
    "pick": "Picking: orders are picked from here",
    "bulk": "Bulk: stock that refills the picking bins",
    "quarantine": "Quarantine: goods that cannot be sold",
    "receiving": "Receiving: goods wait here to be put away",
    "stage": "Staging: goods stand here on their way",
    "pack": "Packing: a pack station",
}
assert set(KIND_WORDS) == set(KINDS)


class DayField(DateField):  # type: ignore[misc]
    """A day of the calendar, year first."""

    def __init__(self, label: str, validators: Any = (), **options: Any) -> None:
        super().__init__(label, validators, format="%Y-%m-%d", **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("This is not a day of the calendar: write it such as 2026-11-24.") from None


class BinForm(Form):
    zone = LineField("Zone or aisle", most=24)
    kind = SelectField("What it is for", [NEEDED], choices=choices(*KIND_WORDS.items()))
    pick_sequence = QuantityField("Place on the walk", [NEEDED], least=0)
    capacity = QuantityField("Capacity in units", [Optional()])
    one_sku = BooleanField("One SKU only")
    one_lot = BooleanField("One lot only")
    is_active = BooleanField("Open: goods may be put here", default=True)

    def facts(self) -> BinFacts:
        return BinFacts(**{name: self.data[name] for name in BinFacts.__dataclass_fields__})


class NewBinForm(BinForm):
    code = LineField("Code", [NEEDED], most=24, render_kw={"class_": "wb-code"})


class TransferForm(Form):
    """``sites`` are (code, label); the person may only send from their own."""

    from_site = SelectField("From", [NEEDED])
    to_site = SelectField("To", [NEEDED])
    expected_on = DayField("Expected there on", [NEEDED])

    def point_elsewhere(self, start: str | None) -> None:
        """From here, or the first of the person's sites, to the first other one."""
        own = [choice.value for choice in self.from_site.choices]
        self.from_site.data = start if start in own else next(iter(own), None)
        others = (choice.value for choice in self.to_site.choices if choice.value != self.from_site.data)
        self.to_site.data = next(others, None)

    def offer(self, own: list[tuple[str, str]], every: list[tuple[str, str]]) -> None:
        self.from_site.choices = choices(*own)
        self.to_site.choices = choices(*every)


class DayForm(Form):
    expected_on = DayField("Expected there on", [NEEDED])

    @property
    def day(self) -> date:
        assert isinstance(self.expected_on.data, date)
        return self.expected_on.data


class GoodsForm(Form):
    """A scan for a transfer: a code, or a line's button with a number of units, less than none to take some off."""

    code = CodeField("Code", [NEEDED], most=LONGEST_LABEL)
    quantity = QuantityField("Units", [Optional()], default=1)
    lot = LineField("Lot", most=LONGEST_CODE)
    serials = BlockField("Numbers", most=40_000, render_kw={"rows": "4", "class_": "wb-code", "autocomplete": "off"})
    is_back = LineField("Off again", most=1)
    found = LineField("Surplus", most=1)
    client_scan_id = HiddenField(default=ids.request_id)

    @property
    def scan_id(self) -> str:
        """The terminal's name for this scan, or one of ours if it sent none."""
        return own_name(self.client_scan_id.data) or ids.request_id()

    @property
    def listed(self) -> tuple[str, ...]:
        """Numbers as typed, one per line."""
        return listed(self.serials.data or "", field="serials")


class LossForm(GoodsForm):
    """``numbers`` are offered by the view where the units have some; each that is ticked will not come."""

    quantity = QuantityField("Units that will not come", [Optional()], render_kw={"inputmode": "numeric"})
    numbers = SelectMultipleField("Which units will not come?", choices=[])

    def offer(self, lines: Sequence[GoodsLine]) -> None:
        """The numbers on their way of the item that is meant."""
        own = [one.code for line in lines if line.sku == self.code.data for one in line.numbers_that("sent")]
        self.numbers.choices = choices(*((code, code) for code in own))

    reason = RadioField("What happened?", [NEEDED], choices=choices(*LOSSES.items()))


class ItemForm(Form):
    """What shall be carried: scanned, or chosen from a list; ``sku`` is what a lot alone would be of."""

    code = CodeField("Code", [NEEDED], most=LONGEST_LABEL)
    sku = LineField("SKU", most=LONGEST_CODE)
    from_bin = LineField("From bin", most=24)


class CarryForm(Form):
    """``code`` is the bin that was scanned; the rest says what is in the hand."""

    code = CodeField("Bin", [NEEDED], most=LONGEST_LABEL)
    sku = LineField("SKU", [NEEDED], most=LONGEST_CODE)
    lot = LineField("Lot", most=LONGEST_CODE)
    condition = SelectField("Condition", choices=choices(*CONDITIONS.items()), default=GOOD)
    from_bin = LineField("From bin", most=24)
    quantity = QuantityField("Units", [NEEDED])
    asked = QuantityField("Units in the hand", [Optional()])
    suggested = LineField("Suggested", most=24)
    override = SelectField("Why", choices=choices(("", ""), *OVERRIDES.items()), default="")
    client_scan_id = HiddenField(default=ids.request_id)

    @property
    def rest(self) -> int:
        """Units that are in the hand still."""
        return max(0, (self.asked.data or 0) - (self.quantity.data or 0))

    def carry(self, site_id: int) -> Carry:
        return Carry(
            site_id=site_id,
            sku=self.sku.data or "",
            quantity=self.quantity.data or 0,
            to_bin=(self.code.data or "").upper(),
            from_bin=self.from_bin.data or "",
            lot=self.lot.data or "",
            condition=self.condition.data or GOOD,
            suggested=self.suggested.data or "",
            override=self.override.data or "",
            scan=own_name(self.client_scan_id.data) or ids.request_id(),
        )
