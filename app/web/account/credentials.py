"""Passwords as they are typed."""

from werkzeug.exceptions import BadRequest

from app.staff.passwords import LONGEST


def hashable(password: str | None) -> str:
    """Refuses, before anything is hashed, what would only keep us busy."""
    if len(password or "") > LONGEST:
        raise BadRequest(f"A password has at most {LONGEST:,} characters.")
    return password or ""
