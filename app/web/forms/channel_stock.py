"""Where a channel listens for our stock, and how much of it it is told."""

from wtforms import BooleanField

from app.channels.publication import PublicationFacts
from app.kernel.errors import Invalid, ProviderError
from app.kernel.http_guard import PublicOnly
from app.web.forms.base import NEEDED, Form, LineField, QuantityField


class PublicationForm(Form):
    is_on = BooleanField("On: this channel is told our stock", default=True)
    address = LineField("Address", [NEEDED], most=500, render_kw={"type": "url", "inputmode": "url"})
    most = QuantityField("At most, of each SKU", least=0)
    held_back = QuantityField("Held back, of each SKU", [NEEDED], least=0, default=0)

    def facts(self, guard: PublicOnly) -> PublicationFacts:
        """Raises Invalid for an address that could never be called."""
        try:
            guard.refuse_form(self.address.data or "")
        except ProviderError as error:
            raise Invalid([("address", str(error))]) from None
        return PublicationFacts(**{name: self.data[name] for name in PublicationFacts.__dataclass_fields__})
