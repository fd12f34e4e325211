"""Rows by the end of their phone number."""

from typing import Any

from sqlalchemy import ColumnElement, literal_column

from app.kernel.phones import reversed_digits


def phone_ends(table: Any, ending: str) -> ColumnElement[bool]:
    """``ending`` as ``phones.ending`` has it."""
    found: ColumnElement[bool] = literal_column(reversed_digits(f"{table.__tablename__}.phone")).like(f"{ending}%")
    return found
