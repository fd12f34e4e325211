"""How labels are printed."""

from typing import Any

from flask import request
from wtforms import SelectField
from wtforms.validators import NumberRange, Optional

from app.documents.labels import SHEETS
from app.web.forms.base import NEEDED, Form, QuantityField, choices

DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
MOST_COPIES, MOST_PER = 200, 1_000_000
FEW = NumberRange(max=MOST_COPIES, message=f"Print at most {MOST_COPIES} of each.")
PLACES = NumberRange(max=29, message="A sheet has no more places: write 0 to 29.")


class LabelForm(Form):
    """Read from the address: printing changes nothing, and may be repeated."""

    sheet = SelectField("On", [NEEDED], choices=choices(*((key, one.name) for key, one in SHEETS.items())))
    per = QuantityField("Units on each label", [Optional(), NumberRange(max=MOST_PER)], render_kw=DIGITS)
    copies = QuantityField("How many of each", [Optional(), FEW], default=1, render_kw=DIGITS)
    skipped = QuantityField("Places used up on the first sheet", [Optional(), PLACES], least=0, render_kw=DIGITS)

    @classmethod
    def asked(cls) -> "LabelForm":
        """Filled from the address where that says how, else as most want it."""
        given: Any = request.args if "sheet" in request.args else None
        return cls(formdata=given, meta={"csrf": False})
