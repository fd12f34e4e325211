"""What people ask to be exported."""

from wtforms import DateField, HiddenField, SelectField
from wtforms.validators import Optional

from app.exports.asked import KINDS, LONGEST_SEARCH
from app.web.forms.base import NEEDED, Form, LineField, choices

FORMATS = (("xlsx", "XLSX"), ("csv", "CSV"))
BROUGHT = ("state", "price_list", "reason")


class ExportForm(Form):
    """``state``, ``price_list`` and ``reason`` come with the list that led here, and are not chosen anew."""

    kind = SelectField("What", [NEEDED], choices=choices(*((code, one.label) for code, one in KINDS.items())))
    format = SelectField("As", [NEEDED], choices=choices(*FORMATS))
    q = LineField("SKU, name or GTIN", most=LONGEST_SEARCH)
    site = SelectField("Site", [Optional()], choices=[])
    since = DateField("Since", [Optional()])
    until = DateField("Until", [Optional()])
    state = HiddenField("State")
    price_list = HiddenField("Price list")
    reason = HiddenField("Reason")

    @property
    def filters(self) -> dict[str, str]:
        """Those that are filled in."""
        given = {name: self[name].data for name in ("q", "site", "since", "until", *BROUGHT)}
        return {name: str(value) for name, value in given.items() if value}

    @property
    def brought(self) -> str:
        """What came with the list, in words."""
        return ", ".join(f"{self[name].label.text.lower()} {self[name].data}" for name in BROUGHT if self[name].data)
