"""Forms that read strictly and take refusals of the domain back to the field."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from email_validator import EmailNotValidError
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, SelectChoice, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired

from app.kernel import text
from app.kernel.errors import DomainError, Forbidden, Invalid, NotFound, Outrun
from app.staff.errors import LinkUsed
from app.web import mail_addresses
from app.web.extra_fields import expect

NEEDED = InputRequired("Fill in this field.")
ELSEWHERE = (NotFound, Outrun, Forbidden, LinkUsed)


def choices(*pairs: tuple[str, str]) -> list[SelectChoice]:
    """For select and radio fields: (value, label) each."""
    return [SelectChoice(value, text.isolated(label)) for value, label in pairs]


def own_name(given: str | None) -> str:
    """What a page or terminal calls what it sends, to be told from the next: never shown, so that it may be cut."""
    return "".join(sign for sign in given or "" if sign.isprintable())[:64]


class Form(FlaskForm):  # type: ignore[misc]
    """``submitted()`` for views; templates print it with the macros of components/form.html.

    ``repeated`` are names that stand in the request once per row, as in ``line-17``.
    """

    repeated: tuple[str, ...] = ()

    def submitted(self) -> bool:
        """Whether it was sent and reads well."""
        expect([*self._fields, *self.repeated])
        return bool(self.validate_on_submit())

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Rules that say no inside the block show at their field; what is gone or forbidden is for web.errors."""
        try:
            yield
        except DomainError as error:
            if isinstance(error, ELSEWHERE):
                raise
            for field, message in _failures(error):
                self.refuse(field, message)

    def refuse(self, field: str | None, message: str) -> None:
        """A sentence at a field of this form, or above the form."""
        target: Field | None = self._fields.get(field or "")
        if target is None:
            self.form_errors.append(f"{field}: {message}" if field else message)
        else:
            target.errors = [*target.errors, message]

    @property
    def status(self) -> int:
        """Of the page that shows it: 422 with errors."""
        return 422 if self.errors else 200


class LineField(StringField):  # type: ignore[misc]
    """One line of clean text."""

    def __init__(self, label: str, validators: Sequence[Any] = (), *, most: int = 200, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.most = most

    def pre_validate(self, form: Any) -> None:
        with _as_validation():
            self.data: str = text.line(self.data or "", field=self.name, most=self.most)


class MailField(LineField):
    """One address, or nothing; the network is not asked."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        try:
            self.data = self.data and mail_addresses.normalised(self.data)
        except EmailNotValidError as error:
            raise ValidationError(f"{self.data[:80]!r} is not an e-mail address: {error}") from None


class BlockField(TextAreaField):  # type: ignore[misc]
    """Several lines of clean text."""

    def __init__(self, label: str, validators: Sequence[Any] = (), *, most: int = 10_000, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.most = most

    def pre_validate(self, form: Any) -> None:
        with _as_validation():
            self.data: str = text.block(self.data or "", field=self.name, most=self.most)


class QuantityField(IntegerField):  # type: ignore[misc]
    """Units in ASCII digits: no sign, exponent, point or underscore."""

    def __init__(self, label: str, validators: Sequence[Any] = (), *, least: int = 1, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.least = least

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if valuelist and valuelist[0]:
            try:
                self.data = text.quantity(valuelist[0], field=self.name, least=self.least)
            except Invalid as error:
                raise ValueError(error.failures[0][1]) from None


@contextmanager
def _as_validation() -> Iterator[None]:
    try:
        yield
    except Invalid as error:
        raise ValidationError(error.failures[0][1]) from None


def _failures(error: DomainError) -> Sequence[tuple[str | None, str]]:
    return error.failures if isinstance(error, Invalid) else [(error.field, str(error))]
