"""People who work here, and keys for programs."""

from wtforms import DateField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.staff.api_keys import SCOPES
from app.staff.values import ROLES, SUPPORT, WAREHOUSE
from app.web.forms.base import NEEDED, Form, LineField, choices

ROLE_CHOICES = choices(*((role, role.title()) for role in ROLES))


class Checkboxes(SelectMultipleField):  # type: ignore[misc]
    """Several of a few, each with a box; works without a script and without Ctrl."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class UserForm(Form):
    """``sites`` get their choices from the view."""

    role = SelectField("Role", [NEEDED], choices=ROLE_CHOICES, default=SUPPORT)
    sites = Checkboxes("Sites", choices=[], description="Of warehouse people; admin and support see every site.")

    @property
    def chosen_sites(self) -> tuple[str, ...]:
        return tuple(self.sites.data or ()) if self.role.data == WAREHOUSE else ()


class NewUserForm(UserForm):
    name = LineField("Name", [NEEDED], most=100)
    email = StringField("Work e-mail", [NEEDED], render_kw={"type": "email"})


class KeyForm(Form):
    name = LineField("What it is for", [NEEDED], most=100)
    scopes = Checkboxes("Scopes", choices=choices(*((scope, scope) for scope in SCOPES)))
    expires_on = DateField("Last day", [Optional()])
