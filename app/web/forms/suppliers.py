"""A supplier, and what they call and charge for our SKUs, as an administrator writes it."""

from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import NumberRange, Optional

from app.kernel import money
from app.kernel import text as typed
from app.purchasing.suppliers import LONGEST_LEAD, SupplierFacts, SupplierRow
from app.purchasing.terms import Terms
from app.web.forms.base import NEEDED, Form, LineField, MailField, QuantityField
from app.web.forms.places import CURRENCIES

DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
DECIMAL = {"inputmode": "decimal", "autocomplete": "off"}
PER_CENT = NumberRange(max=100, message="Write 0 to 100.")
DAYS = NumberRange(max=LONGEST_LEAD, message=f"Write at most {LONGEST_LEAD} days.")


class SupplierForm(Form):
    name = LineField("Name", [NEEDED], most=100)
    email = MailField("E-mail for orders", most=254, render_kw={"type": "email"})
    phone = LineField("Phone", most=40, render_kw={"type": "tel"})
    currency = SelectField("Currency", [NEEDED], choices=CURRENCIES)
    minimum = LineField("Least worth of an order", most=20, render_kw=DECIMAL)
    lead_days = QuantityField("Days from order to arrival, as stated", [NEEDED, DAYS], least=0, render_kw=DIGITS)
    over_percent = QuantityField("Too many, per cent", [NEEDED, PER_CENT], least=0, default=0, render_kw=DIGITS)
    under_percent = QuantityField("Too few, per cent", [NEEDED, PER_CENT], least=0, default=0, render_kw=DIGITS)
    is_active = BooleanField("Active: we order from them", default=True)

    def facts(self) -> SupplierFacts:
        given = (self.minimum.data or "").strip() or "0"
        minor = money.parse(given, self.currency.data, field="minimum").minor
        named = {name: self.data[name] for name in SupplierFacts.__dataclass_fields__ if name != "minimum_minor"}
        return SupplierFacts(**{**named, "minimum_minor": minor})


class NewSupplierForm(SupplierForm):
    code = LineField("Code", [NEEDED], most=20, render_kw={"class_": "wb-code", "autocapitalize": "characters"})


class ChangedSupplierForm(SupplierForm):
    version = HiddenField(validators=[NEEDED])

    @property
    def seen_version(self) -> int:
        """What the page showed when it was loaded."""
        return typed.whole_number(self.version.data or "", field="version", least=1, most=2**31)


class TermsForm(Form):
    """``sku`` is our code; saving it again replaces what was written before."""

    sku = LineField("Our SKU", [NEEDED], most=80, render_kw={"autocomplete": "off"})
    supplier_code = LineField("Their code", most=80, render_kw={"autocomplete": "off"})
    cost = LineField("Cost of one", most=20, render_kw=DECIMAL)
    pack_size = QuantityField("Units in a pack", [NEEDED], default=1, render_kw=DIGITS)
    least_units = QuantityField("Units at least", [Optional()], default=1, render_kw=DIGITS)
    days = QuantityField("Days to arrive", [Optional(), DAYS], least=0, render_kw=DIGITS)

    def terms(self, supplier: SupplierRow, sku_id: int) -> Terms:
        given = (self.cost.data or "").strip()
        return Terms(
            supplier_id=supplier.id,
            sku_id=sku_id,
            code=self.supplier_code.data or "",
            cost_minor=money.parse(given, supplier.currency, field="cost").minor if given else None,
            pack_size=self.pack_size.data or 1,
            least_units=self.least_units.data or 1,
            lead_days=self.days.data,
        )
