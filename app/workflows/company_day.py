"""Which day it is for the company."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock

TIME_ZONE = "(SELECT coalesce(max(time_zone), 'UTC') FROM company)"  # as SQL


def today(session: Session) -> date:
    """In the company's time zone; UTC before the first set-up."""
    zone = session.scalar(text(f"SELECT {TIME_ZONE}"))
    return clock.today_in(str(zone))
