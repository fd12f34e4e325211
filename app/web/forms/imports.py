"""What people send about imports."""

from collections.abc import Mapping
from typing import Any, cast

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, SelectField
from wtforms.validators import Optional

from app.imports.dates import DateOrder
from app.imports.fields import KINDS
from app.imports.models import Import
from app.imports.options import Creatable, Options, checked_currency
from app.imports.words import KINDS as KIND_WORDS
from app.kernel.errors import Invalid
from app.web.forms.base import NEEDED, Form, LineField, choices

LEFT_OUT = ""
ACCEPTED = ".csv,.tsv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(Form):
    kind = SelectField("What is in it", [NEEDED], choices=choices(*KIND_WORDS.items()))
    channel = SelectField("Channel of the orders", [NEEDED], choices=[])
    file = FileField("CSV or XLSX file", [FileRequired("Choose a file.")], render_kw={"accept": ACCEPTED})


class ColumnsForm(Form):
    """Subclassed per file: one select per column, named ``column_0`` and so on."""

    history_until = DateField("History up to", [Optional()])
    products = BooleanField("Create products that we do not have")
    customers = BooleanField("Create customers that we do not have")
    date_order = SelectField(
        "In dates such as 11/8/2018",
        choices=choices(
            ("", "Learn it from the file"), ("day", "The day comes first"), ("month", "The month comes first")
        ),
    )
    currency = LineField("Currency, where the file names none", most=3)

    @property
    def mapping(self) -> dict[str, int]:
        """Field name to column. Raises Invalid where one field is chosen for two columns."""
        found: dict[str, int] = {}
        for column, field in enumerate(self.columns):
            if field.data and field.data in found:
                raise Invalid([(field.name, "another column is read as this already: choose one of them")])
            if field.data:
                found[field.data] = column
        return found

    @property
    def columns(self) -> list[SelectField]:
        return [field for field in self if field.name.startswith("column_")]

    @property
    def options(self) -> Options:
        created: tuple[Creatable, ...] = ()
        created += ("products",) if self.products.data else ()
        created += ("customers",) if self.customers.data else ()
        return Options(
            history_until=self.history_until.data,
            create_missing=created,
            date_order=cast(DateOrder | None, self.date_order.data or None),
            currency=checked_currency((self.currency.data or "").upper()),
        )


def columns_form(row: Import, options: Options) -> ColumnsForm:
    """The form for this file's columns, filled with what is known of it."""
    offered = choices((LEFT_OUT, "Left out"), *((field.name, field.label) for field in KINDS[row.kind]))
    selects = {
        f"column_{column}": SelectField(header or f"Column {column + 1}", choices=offered, default=LEFT_OUT)
        for column, header in enumerate(row.headers)
    }
    made: type[ColumnsForm] = type("FileColumnsForm", (ColumnsForm,), selects)
    return made(data=_known(row.mapping, options))


def _known(mapping: Mapping[str, int], options: Options) -> dict[str, Any]:
    known: dict[str, Any] = {f"column_{column}": name for name, column in mapping.items()}
    return known | {
        "history_until": options.history_until,
        "products": "products" in options.create_missing,
        "customers": "customers" in options.create_missing,
        "date_order": options.date_order or "",
        "currency": options.currency,
    }
