"""What the warehouse floor sends."""

from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectMultipleField
from wtforms.validators import Optional

from app.fulfilment.scans import LONGEST_CODE
from app.kernel import gs1, ids
from app.web.forms.base import NEEDED, Form, LineField, QuantityField, choices, own_name
from app.workflows.short_pick import REASONS

LONGEST_LABEL = 120
TYPED = {"autocomplete": "off", "inputmode": "numeric"}


def row_id(given: str) -> int:
    """Raises ValueError for what no row can have."""
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise ValueError("This is not on the page any more: load it again.")
    return int(given)


class RowField(IntegerField):  # type: ignore[misc]
    """The id of a row that the page named."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = row_id(valuelist[0]) if valuelist and valuelist[0] else None


class CodeField(LineField):
    """What a scanner sends; the sign between the elements of a GS1 label is made visible, as text holds no controls."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([value.replace(gs1.SEPARATOR, gs1.SHOWN) for value in valuelist])


class SelectionForm(Form):
    """Ids of work or parcels that were ticked, or the one whose button was pressed."""

    selected = SelectMultipleField("Selection", [NEEDED], coerce=row_id, validate_choice=False)


class ScanForm(Form):
    """A code that was scanned or typed; ``line`` is the one that was shown, if its button was pressed instead.

    ``bin`` and ``lot`` say where it is taken from, ``serial`` which unit it is.
    """

    code = CodeField("Code", most=LONGEST_LABEL)
    bin = LineField("Bin", most=40)
    lot = LineField("Lot", most=LONGEST_CODE)
    serial = LineField("Number", most=LONGEST_CODE)
    quantity = QuantityField("Units", [Optional()], default=1)
    line = RowField("Line", [Optional()])
    client_scan_id = HiddenField(default=ids.request_id)

    @property
    def scan_id(self) -> str:
        """The terminal's name for this scan, or one of ours if it sent none."""
        return own_name(self.client_scan_id.data) or ids.request_id()


class ShortForm(ScanForm):
    line = RowField("Line", [NEEDED])
    quantity = QuantityField("Units that are not there", [NEEDED], render_kw=TYPED)
    reason = RadioField("What is it?", [NEEDED], choices=choices(*REASONS.items()))


class CloseForm(Form):
    """``rest`` says that more boxes follow."""

    rest = HiddenField()
    weight_g = QuantityField("Weight in grams", [Optional()], render_kw=TYPED)


class ShipForm(Form):
    carrier = LineField("Carrier", [NEEDED], most=60, render_kw={"autocomplete": "off", "list": "carriers"})
    tracking_number = LineField("Tracking number", [NEEDED], most=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tracking_number.render_kw = {
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "autofocus": bool(self.carrier.data),
        }
