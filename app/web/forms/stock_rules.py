"""A stock rule as an administrator writes it."""

from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, HiddenField, SelectField
from wtforms.validators import Optional

from app.inventory.rule_choice import KINDS
from app.kernel import text
from app.web.forms.base import NEEDED, Form, LineField, QuantityField, choices
from app.workflows.keep_stock_rules import RuleFacts


class RemovalForm(Form):
    confirm = BooleanField("Yes, take these out of sale")
    version = HiddenField()

    @property
    def seen_version(self) -> int:
        return text.whole_number(self.version.data or "", field="version", least=1, most=2**31)


class RuleForm(Form):
    """``category``, ``site`` and ``channel`` get their choices from the view."""

    kind = SelectField("What it sets", [NEEDED], choices=choices(*KINDS.items()))
    units = QuantityField("Units of each SKU", [NEEDED], least=0)
    category = SelectField("Category", choices=[])
    sku = LineField("SKU", most=80, render_kw={"class_": "wb-code", "list": "rule-skus", "autocomplete": "off"})
    site = SelectField("Site", choices=[])
    channel = SelectField("Channel", choices=[])
    from_on = DateField("First day", [Optional()])
    until_on = DateField("Last day", [Optional()])
    note = LineField("Why", most=200)
    confirm = BooleanField("Yes, take these out of sale")
    version = HiddenField()

    def offer(self, *, categories: list[str], sites: list[str], channels: list[str]) -> None:
        """What may be chosen; the first choice means all."""
        for field, all_of, codes in (
            (self.category, "All categories", categories),
            (self.site, "All sites", sites),
            (self.channel, "All channels", channels),
        ):
            field.choices = choices(("", all_of), *((code, code) for code in codes))

    def facts(self) -> RuleFacts:
        for field in ("from_on", "until_on"):
            _refuse_far(field, self.data[field])
        given: dict[str, Any] = {name: self.data[name] or EMPTY.get(name) for name in RuleFacts.__dataclass_fields__}
        return RuleFacts(**{**given, "units": self.units.data})

    @property
    def seen_version(self) -> int:
        return text.whole_number(self.version.data or "", field="version", least=1, most=2**31)


def _refuse_far(field: str, day: date | None) -> None:
    if day is not None:
        text.calendar_date(day.isoformat(), field=field)


EMPTY = dict.fromkeys(("sku", "category", "site", "channel", "note"), "")
