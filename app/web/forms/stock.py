"""What somebody saw on a shelf."""

from wtforms import SelectField

from app.kernel import text
from app.web.forms.base import NEEDED, BlockField, Form, LineField, choices
from app.web.forms.lots import CODE, listed
from app.workflows.enter_stock import ENTRIES, StockEntry


class StockForm(Form):
    """``site`` gets its choices from the view."""

    site = SelectField("Site", [NEEDED], choices=[])
    kind = SelectField("What happened", [NEEDED], choices=choices(*ENTRIES.items()))
    quantity = LineField("Units", [NEEDED], most=12, render_kw={"inputmode": "numeric", "autocomplete": "off"})

    serials = BlockField("Numbers", most=40_000, render_kw={"rows": "4", **CODE})

    def entry(self, sku: str) -> StockEntry:
        least = -text.LARGEST_QUANTITY if self.kind.data == "correction" else 0
        quantity = text.whole_number(
            self.quantity.data or "", field="quantity", least=least, most=text.LARGEST_QUANTITY
        )
        numbers = listed(self.serials.data or "", field="serials")
        return StockEntry(sku=sku, site=self.site.data, kind=self.kind.data, quantity=quantity, serials=numbers)
