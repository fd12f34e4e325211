"""What a customer types to find an order."""

from app.web.forms.base import NEEDED, Form, LineField


class LookupForm(Form):
    number = LineField("Order number", [NEEDED], most=64, render_kw={"autocomplete": "off", "placeholder": "W-100001"})
    email = LineField("E-mail", [NEEDED], most=254, render_kw={"autocomplete": "email", "type": "email"})
