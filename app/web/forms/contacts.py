"""Who gets an order and where, as a form asks for it."""

from wtforms.validators import Length

from app.orders.values import Contact
from app.web.forms.base import NEEDED, LineField, MailField
from app.web.once import OnceForm

UNSUGGESTED = {"autocomplete": "off"}


class ContactForm(OnceForm):
    name = LineField("Name", [NEEDED], render_kw=UNSUGGESTED)
    email = MailField("E-mail", most=254, render_kw={"type": "email", **UNSUGGESTED})
    phone = LineField("Phone", most=40, render_kw=UNSUGGESTED)
    street = LineField("Street", render_kw=UNSUGGESTED)
    postal_code = LineField("Postal code", most=16, render_kw=UNSUGGESTED)
    city = LineField("City", [NEEDED], render_kw=UNSUGGESTED)
    region = LineField("State or province", most=80, render_kw=UNSUGGESTED)
    country = LineField(
        "Country",
        [NEEDED, Length(2, 2, "Two letters, such as US.")],
        render_kw={"maxlength": 2, "placeholder": "US"},
    )

    def contact(self) -> Contact:
        return Contact(
            name=self.name.data or "",
            email=self.email.data or None,
            phone=self.phone.data or None,
            street=self.street.data or "",
            city=self.city.data or "",
            region=self.region.data or "",
            postal_code=self.postal_code.data or "",
            country=(self.country.data or "").upper(),
        )
