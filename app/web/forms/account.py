"""What people send about their own account."""

from zoneinfo import available_timezones

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import EqualTo

from app.staff.values import THEMES
from app.web.forms.base import NEEDED, Form, LineField, choices

ZONES = choices(("", "As the company"), *((name, name.replace("_", " ")) for name in sorted(available_timezones())))


class LoginForm(Form):
    email = StringField("Work e-mail", [NEEDED], render_kw={"autocomplete": "username", "type": "email"})
    password = PasswordField("Password", [NEEDED], render_kw={"autocomplete": "current-password"})
    keep = BooleanField("Keep me signed in for 12 hours")
    next = HiddenField()


class CodeForm(Form):
    code = StringField(
        "Six digits", [NEEDED], render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "9"}
    )


class ResetRequestForm(Form):
    email = StringField("Work e-mail", [NEEDED], render_kw={"autocomplete": "username", "type": "email"})


class NewPasswordForm(Form):
    password = PasswordField("New password", [NEEDED], render_kw={"autocomplete": "new-password"})
    again = PasswordField(
        "Once more",
        [NEEDED, EqualTo("password", "Both fields must be the same.")],
        render_kw={"autocomplete": "new-password"},
    )


class PasswordForm(NewPasswordForm):
    current = PasswordField("Present password", [NEEDED], render_kw={"autocomplete": "current-password"})


class ConfirmForm(Form):
    """An act that asks for the password again."""

    current = PasswordField("Present password", [NEEDED], render_kw={"autocomplete": "current-password"})


class ProfileForm(Form):
    name = LineField("Name", [NEEDED], most=100, render_kw={"autocomplete": "name"})
    time_zone = SelectField("Time zone", choices=ZONES)
    has_shortcuts = BooleanField("Single-key shortcuts, such as / and G O")


class ThemeForm(Form):
    theme = RadioField("Theme", choices=choices(*((theme, theme.title()) for theme in THEMES)))
