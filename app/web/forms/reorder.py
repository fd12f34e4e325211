"""What counts for ordering more: lead times, packs, costs; and putting an alert off."""

import re
from decimal import Decimal

from wtforms import DateField, HiddenField, SelectMultipleField

from app.kernel import money, text
from app.kernel.errors import Invalid
from app.replenishment.terms import Defaults, Own
from app.web.forms.base import NEEDED, Form, LineField, QuantityField
from app.web.forms.warehouse import row_id
from app.web.once import OnceForm


class SnoozeForm(Form):
    until = DateField("Until", [NEEDED])
    reason = LineField("Why it can wait", [NEEDED], most=200)


class SelectedForm(OnceForm):
    """Ids of the alerts that were ticked."""

    selected = SelectMultipleField("Alerts", [NEEDED], coerce=row_id, validate_choice=False)


class TermsForm(Form):
    """What is different for one SKU."""

    cost = LineField("What a unit costs", most=20, render_kw={"inputmode": "decimal"})
    lead_days = QuantityField("Lead time in days", least=0)
    lead_spread_days = QuantityField("Its usual spread in days", least=0)
    pack_units = QuantityField("Units in a pack", [NEEDED], default=1)

    def own(self) -> Own:
        return Own(**{name: self.data[name] for name in Own.__dataclass_fields__})

    def cost_minor(self, currency: str) -> int | None:
        given = (self.cost.data or "").strip()
        return money.parse(given, currency, field="cost").minor if given else None


class ReorderForm(Form):
    """What counts for every SKU that says nothing else."""

    lead_days = QuantityField("Lead time in days", [NEEDED], least=0)
    lead_spread_days = QuantityField("Its usual spread in days", [NEEDED], least=0)
    review_days = QuantityField("Days between two orders", [NEEDED], least=0)
    service = LineField("Lead times without a stock-out, in %", [NEEDED], most=6, render_kw={"inputmode": "decimal"})
    order_cost = LineField("What placing an order costs", [NEEDED], most=16, render_kw={"inputmode": "decimal"})
    holding = LineField(
        "Keeping stock for a year, in % of its cost", [NEEDED], most=6, render_kw={"inputmode": "decimal"}
    )
    version = HiddenField(validators=[NEEDED])

    def settings(self, currency: str) -> Defaults:
        """Raises Invalid for shares and amounts that cannot be read."""
        whole = {name: self.data[name] for name in ("lead_days", "lead_spread_days", "review_days")}
        return Defaults(
            **whole,
            service_bp=_basis_points("service", self.service.data or ""),
            holding_bp=_basis_points("holding", self.holding.data or ""),
            order_cost_minor=money.parse(self.order_cost.data or "", currency, field="order_cost").minor,
        )

    @property
    def seen_version(self) -> int:
        return text.whole_number(self.version.data or "", field="version", least=1, most=2**31)


def _basis_points(field: str, given: str) -> int:
    if not SHARE.fullmatch(given.strip()):
        raise Invalid([(field, f"{given[:20]!r} is no share: write such as 95 or 97.5")])
    return int(Decimal(given.strip()) * 100)


SHARE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")
