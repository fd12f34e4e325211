"""Which day it is for the company."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock


def today(session: Session) -> date:
    """In the company's time zone; UTC before the first set-up."""
    zone = session.scalar(text("SELECT coalesce(max(time_zone), 'UTC') FROM company"))
    return clock.now().astimezone(ZoneInfo(str(zone))).date()
