"""What somebody asks who wants to know when so many can be had."""

from typing import Any

from wtforms import SelectField
from wtforms.validators import Optional

from app.web.forms.base import Form, QuantityField


class AvailabilityForm(Form):
    """Read from the address: asking changes nothing. ``site`` gets its choices from the view."""

    class Meta:
        csrf = False

    quantity = QuantityField("Units", [Optional()], render_kw={"inputmode": "numeric", "min": 1})
    site = SelectField("From", choices=[], default="")

    def asked(self) -> dict[str, Any]:
        """What it reads; what it does not is said at the field and not asked."""
        self.validate()
        return {
            "site": "" if self.site.errors else self.site.data or "",
            "quantity": None if self.quantity.errors else self.quantity.data,
        }
