"""Why a reservation is given up by hand."""

from wtforms import SelectField

from app.inventory.reservations import REASONS
from app.web.forms.base import NEEDED, Form, choices


class ReleaseForm(Form):
    reason = SelectField("Reason", [NEEDED], choices=choices(("", "Choose a reason"), *REASONS.items()))
