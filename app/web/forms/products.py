"""A product and its prices as an administrator writes them."""

from wtforms import BooleanField, HiddenField

from app.catalogue import gtin
from app.catalogue.products import ProductFacts
from app.kernel import money
from app.web.forms.base import NEEDED, Form, LineField, QuantityField


class ProductForm(Form):
    name = LineField("Name", [NEEDED], most=300)
    category = LineField("Category", most=100)
    gtin = LineField("GTIN", most=20, render_kw={"inputmode": "numeric"})
    weight_g = QuantityField("Weight in grams", least=0)
    is_active = BooleanField("For sale", default=True)

    def facts(self) -> ProductFacts:
        return ProductFacts(
            name=self.name.data or "",
            category=self.category.data or "",
            gtin=gtin.checked(self.gtin.data or ""),
            weight_g=self.weight_g.data or 0,
            is_active=self.is_active.data,
        )


class NewProductForm(ProductForm):
    code = LineField("SKU", [NEEDED], most=60)


class PriceForm(Form):
    """``price_list`` is its code; an empty amount takes the price away."""

    price_list = HiddenField(validators=[NEEDED])
    amount = LineField("Net price of one unit", most=20, render_kw={"inputmode": "decimal"})

    def minor(self, currency: str) -> int | None:
        given = (self.amount.data or "").strip()
        return money.parse(given, currency, field="amount").minor if given else None
