"""A site as an administrator describes it."""

from wtforms import BooleanField, HiddenField, SelectField, TimeField

from app.kernel import text
from app.web.forms.base import NEEDED, Form, LineField, QuantityField, choices
from app.web.forms.places import COUNTRIES, ZONES
from app.workflows.keep_sites import KINDS, SiteFacts


class SiteForm(Form):
    name = LineField("Name", [NEEDED], most=60)
    kind = SelectField("Kind", [NEEDED], choices=choices(*KINDS.items()))
    street = LineField("Street", most=120)
    city = LineField("City", [NEEDED], most=80)
    region = LineField("State or region", most=60)
    postal_code = LineField("Postal code", [NEEDED], most=12)
    country = SelectField("Country", [NEEDED], choices=COUNTRIES, default="US")
    time_zone = SelectField("Time zone", [NEEDED], choices=ZONES)
    cut_off = TimeField("Cut-off", [NEEDED])
    priority = QuantityField("Priority", [NEEDED], least=0)
    is_active = BooleanField("Open: orders may be routed here", default=True)

    def facts(self) -> SiteFacts:
        return SiteFacts(**{name: self.data[name] for name in SiteFacts.__dataclass_fields__})


class NewSiteForm(SiteForm):
    code = LineField("Code", [NEEDED], most=12, render_kw={"class_": "wb-code"})


class ChangedSiteForm(SiteForm):
    version = HiddenField(validators=[NEEDED])

    @property
    def seen_version(self) -> int:
        """What the page showed when it was loaded."""
        return text.whole_number(self.version.data or "", field="version", least=1, most=2**31)
