"""What an administrator says about the company."""

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from app.company.settings import Settings
from app.web.forms.base import NEEDED, BlockField, Form, LineField
from app.web.forms.places import CURRENCIES, ZONES


class CompanyForm(Form):
    name = LineField("Name", [NEEDED], most=100)
    time_zone = SelectField("Time zone", [NEEDED], choices=ZONES)
    currency = SelectField("Currency", [NEEDED], choices=CURRENCIES)
    slip_sender = BlockField("Sender on packing slips", most=500, render_kw={"rows": "4"})
    mail_from = LineField(
        "Sender of mails", most=200, render_kw={"placeholder": "Northwold <orders@northwold.example>"}
    )

    def settings(self) -> Settings:
        return Settings(**{name: self.data[name] or "" for name in Settings.__dataclass_fields__})


class LogoForm(Form):
    logo = FileField("Picture", [FileRequired("Choose a file.")], render_kw={"accept": "image/png,image/jpeg"})
