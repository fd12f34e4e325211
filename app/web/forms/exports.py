"""What people ask to be exported."""

from wtforms import DateField, SelectField
from wtforms.validators import Optional

from app.exports.asked import KINDS, LONGEST_SEARCH
from app.web.forms.base import NEEDED, Form, LineField, choices

FORMATS = (("xlsx", "XLSX"), ("csv", "CSV"))


class ExportForm(Form):
    kind = SelectField("What", [NEEDED], choices=choices(*((code, one.label) for code, one in KINDS.items())))
    format = SelectField("As", [NEEDED], choices=choices(*FORMATS))
    q = LineField("SKU, name or GTIN", most=LONGEST_SEARCH)
    site = SelectField("Site", [Optional()], choices=[])
    since = DateField("Since", [Optional()])
    until = DateField("Until", [Optional()])

    @property
    def filters(self) -> dict[str, str]:
        """Those that are filled in."""
        given = {name: self[name].data for name in ("q", "site", "since", "until")}
        return {name: str(value) for name, value in given.items() if value}
