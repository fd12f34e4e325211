"""Channels and delivery zones as an administrator writes them."""

import re

from wtforms import BooleanField, SelectField
from wtforms.validators import NumberRange

from app.channels.editing import CONDITIONS, ChannelFacts
from app.kernel.errors import Invalid
from app.shipping.zone_list import ZoneRow
from app.web.forms.base import NEEDED, BlockField, Form, LineField, QuantityField, choices

PER_CENT = re.compile(r"(?P<whole>[0-9]{1,3})(?:\.(?P<part>[0-9]{0,2}))?", re.ASCII)


class ChannelForm(Form):
    """``price_list`` gets its choices from the view."""

    name = LineField("Name", [NEEDED], most=60)
    price_list = SelectField("Price list", choices=[])
    payment_condition = SelectField("What must be paid first", [NEEDED], choices=choices(*CONDITIONS.items()))
    backorders_allowed = BooleanField("Takes orders for goods that are out of stock", default=True)
    is_active = BooleanField("Open: orders may come in", default=True)

    def facts(self) -> ChannelFacts:
        return ChannelFacts(**{name: self.data[name] for name in ChannelFacts.__dataclass_fields__})


class NewChannelForm(ChannelForm):
    code = LineField("Code", [NEEDED], most=30)


class ZoneForm(Form):
    name = LineField("Name", [NEEDED], most=60)
    tax = LineField("Tax in per cent", [NEEDED], most=6, render_kw={"inputmode": "decimal"})
    transit_days = QuantityField("Working days on the way", [NEEDED, NumberRange(max=60)], least=0, default=3)
    rules = BlockField("Destinations, one a line", [NEEDED], most=20_000, render_kw={"rows": "6"})
    is_active = BooleanField("Open: orders may go there", default=True)

    def zone(self, code: str) -> ZoneRow:
        lines = (self.rules.data or "").splitlines()
        return ZoneRow(
            code=code,
            name=self.name.data or "",
            tax_bp=basis_points(self.tax.data or "", field="tax"),
            transit_days=self.transit_days.data or 0,
            is_active=self.is_active.data,
            rules=tuple(line.strip() for line in lines if line.strip()),
        )


class NewZoneForm(ZoneForm):
    code = LineField("Code", [NEEDED], most=30)


def basis_points(per_cent: str, *, field: str) -> int:
    """Raises Invalid for more than two decimals, or for more than 100."""
    match = PER_CENT.fullmatch(per_cent.strip())
    points = int(match["whole"]) * 100 + int((match["part"] or "").ljust(2, "0")) if match else 10_001
    if points > 10_000:
        raise Invalid([(field, f"{per_cent!r} is no rate: write 0 to 100 with at most two decimals, such as 8.25")])
    return points
