"""What a counter sends, and what an administrator says about counting."""

from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import NumberRange, Optional

from app.counting.plans import LONGEST_DAYS, MOST_PLACES, CountDefaults, PlanFacts
from app.counting.tolerance import Rules
from app.fulfilment.scans import LONGEST_CODE
from app.inventory.values import CONDITIONS
from app.kernel import ids, money, text
from app.web.forms.base import NEEDED, BlockField, Form, LineField, QuantityField, choices, own_name
from app.web.forms.channels import basis_points
from app.web.forms.lots import listed
from app.web.forms.warehouse import LONGEST_LABEL, TYPED, CodeField, RowField
from app.web.once import OnceForm
from app.workflows.plan_counts import Wanted


class CountForm(Form):
    """A scan carries a code alone; a typed number stands for all that lies there."""

    code = CodeField("Item", most=LONGEST_LABEL, render_kw={"autocomplete": "off", "autocapitalize": "off"})
    quantity = QuantityField("Units in all", [Optional()], least=0, render_kw=TYPED)
    place = RowField("Place", [Optional()])
    line = RowField("Line", [Optional()])
    lot = LineField("Lot", most=80, render_kw={"autocomplete": "off"})
    serials = BlockField("Numbers", most=40_000, render_kw={"rows": "3", "autocomplete": "off", "spellcheck": "false"})
    is_back = LineField("Not there", most=1)
    condition = SelectField("Condition", choices=choices(("", "As usual there"), *CONDITIONS.items()), default="")
    client_scan_id = HiddenField(default=ids.request_id)

    @property
    def scan_id(self) -> str:
        """The terminal's name for this scan, or one of ours if it sent none."""
        return own_name(self.client_scan_id.data) or ids.request_id()

    @property
    def is_more(self) -> bool:
        return self.quantity.data is None

    @property
    def listed(self) -> tuple[str, ...]:
        """Numbers as typed, one per line."""
        return listed(self.serials.data or "", field="serials")

    @property
    def units(self) -> int:
        return 1 if self.quantity.data is None else int(self.quantity.data)


class TypedForm(CountForm):
    """As it is printed for a number that is typed: item and units are needed then."""

    code = LineField("Item", [NEEDED], most=LONGEST_CODE, render_kw={"autocomplete": "off", "autocapitalize": "off"})
    quantity = QuantityField("Units in all", [NEEDED], least=0, render_kw=TYPED)


class PlaceForm(Form):
    place = RowField("Place", [NEEDED])

    @property
    def place_id(self) -> int:
        return self.place.data or 0


class RulesForm(Form):
    """Tolerance and limit, as a plan and the settings have them; ``currency`` comes from the company."""

    tolerance_units = QuantityField("Tolerance in units", [NEEDED], least=0, default=0, render_kw=TYPED)
    tolerance = LineField("Tolerance in per cent", [NEEDED], most=6, default="0", render_kw={"inputmode": "decimal"})
    approval = LineField("Approval above", [NEEDED], most=20, default="100.00", render_kw={"inputmode": "decimal"})

    def rules(self, currency: str) -> Rules:
        return Rules(
            tolerance_units=self.tolerance_units.data or 0,
            tolerance_bp=basis_points(self.tolerance.data or "", field="tolerance"),
            approval_minor=money.parse(self.approval.data or "", currency, field="approval").minor,
        )


class PlanForm(RulesForm):
    """``site_id`` gets its choices from the view."""

    site_id = SelectField("Site", [NEEDED], choices=[])
    abc_class = SelectField("Class", choices=choices(("", "Any"), ("A", "A"), ("B", "B"), ("C", "C")), default="")
    zone = LineField("Zone of bins", most=40)
    every_days = QuantityField("Every so many days", [NEEDED, NumberRange(max=LONGEST_DAYS)], default=30)
    most_places = QuantityField("Places at a time", [NEEDED, NumberRange(max=MOST_PLACES)], default=20)
    is_active = BooleanField("On: places that are due are asked for every day", default=True)

    def facts(self, currency: str) -> PlanFacts:
        return PlanFacts(
            site_id=int(self.site_id.data),
            abc_class=self.abc_class.data or None,
            zone=self.zone.data or None,
            every_days=self.every_days.data or 0,
            most_places=self.most_places.data or 0,
            rules=self.rules(currency),
            is_active=self.is_active.data,
        )


class ChangedPlanForm(PlanForm):
    version = HiddenField(validators=[NEEDED])

    @property
    def seen_version(self) -> int:
        """What the page showed when it was loaded."""
        return text.whole_number(self.version.data or "", field="version", least=1, most=2**31)


class DefaultsForm(RulesForm):
    class_a = LineField("A up to per cent", [NEEDED], most=6, render_kw={"inputmode": "decimal"})
    class_b = LineField("B up to per cent", [NEEDED], most=6, render_kw={"inputmode": "decimal"})

    def defaults(self, currency: str) -> CountDefaults:
        return CountDefaults(
            class_a_bp=basis_points(self.class_a.data or "", field="class_a"),
            class_b_bp=basis_points(self.class_b.data or "", field="class_b"),
            rules=self.rules(currency),
        )


class NewCountForm(OnceForm):
    """``site_id`` gets its choices from the view. A page of one bin or SKU sends its id: two may have the same code."""

    site_id = SelectField("Site", [NEEDED], choices=[])
    zone = LineField("Zone of bins", most=40)
    codes = BlockField("Bins or SKUs, one a line", most=20_000, render_kw={"rows": "5"})
    bin_id = RowField("Bin", [Optional()])
    sku_id = RowField("SKU", [Optional()])

    def wanted(self) -> Wanted:
        typed = (line.strip() for line in (self.codes.data or "").splitlines())
        is_named = self.bin_id.data or self.sku_id.data
        return Wanted(
            site_id=int(self.site_id.data),
            zone=self.zone.data or "",
            codes=() if is_named else tuple(dict.fromkeys(line for line in typed if line)),
            bin_id=self.bin_id.data,
            sku_id=self.sku_id.data,
        )


class LookedUpForm(OnceForm):
    """The one bin or SKU that was just looked up, at one site; ``code`` is what was scanned for it."""

    code = CodeField("Code", most=LONGEST_LABEL)
    site_id = RowField("Site", [NEEDED])
    bin_id = RowField("Bin", [Optional()])
    sku_id = RowField("SKU", [Optional()])

    def wanted(self) -> Wanted:
        return Wanted(site_id=self.site_id.data or 0, bin_id=self.bin_id.data, sku_id=self.sku_id.data)


class DecisionForm(Form):
    reason = BlockField("Why", [NEEDED], most=500, render_kw={"rows": "2"})
