"""What the receiving dock sends."""

from typing import Any

from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import Optional

from app.web.forms.base import NEEDED, BlockField, Form, LineField, choices
from app.web.forms.lots import listed
from app.web.forms.purchase_orders import DayField
from app.web.forms.warehouse import RowField, ScanForm
from app.workflows.receive_goods import CONDITIONS, OVER_REASONS

LOT, EXPIRY, NUMBER = "lot", "expires_on", "serials"
UNITS = "units"  # what the button for units without numbers says
OFF = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class ReceiveForm(ScanForm):
    """``asks`` says that what is scanned answers a question: it is the lot of the item before, not another item.
    ``by`` is the button that was pressed where something was typed."""

    asks = HiddenField()
    by = HiddenField()
    condition = SelectField("Condition", [Optional()], choices=choices(*CONDITIONS.items()), default="good")
    lot = LineField("Lot", most=60, render_kw=OFF)
    expires_on = DayField("Use by")
    is_right_day = BooleanField("The label is right, the announcement was wrong")
    bin = LineField("Bin", most=40, render_kw=OFF)
    serials = BlockField("Numbers", most=40_000, render_kw={"rows": "4", **OFF})
    over_reason = SelectField("More than ordered", [Optional()], choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.over_reason.choices = choices(("", "No: refuse it"), *OVER_REASONS.items())

    @property
    def numbers(self) -> tuple[str, ...]:
        """As typed, one per line."""
        return listed(self.serials.data or "", field="serials")

    @property
    def is_enter_alone(self) -> bool:
        """From the scan field, which the form for typing does not have: that says no count, as a button does."""
        return bool(self.code.raw_data) and not self.numbers

    def show_refusals(self, refused: "ReceiveForm | None") -> None:
        """What was wrong with the fields that a person fills in."""
        if refused is not None:
            for name in (LOT, EXPIRY, NUMBER, "bin"):
                self[name].errors = refused[name].errors


class UndoForm(Form):
    receipt_id = RowField("Receipt", [NEEDED])
