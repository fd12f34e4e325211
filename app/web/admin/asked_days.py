"""The days of a period in the address of a report."""

from datetime import date

from flask import request

from app.analytics.periods import Period
from app.kernel import text


def asked_day(name: str) -> date | None:
    """Raises Invalid."""
    given = request.args.get(name, "").strip()
    return text.calendar_date(given, field=name) if given else None


def as_asked(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}
