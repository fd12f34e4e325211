"""The only place that asks the time; tests move it with time-machine."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The moment, in UTC, with microseconds."""
    return datetime.now(UTC)


def start_of_day(day: date, time_zone: str) -> datetime:
    """The first moment of a calendar day in a named zone, as UTC."""
    return datetime.combine(day, time.min, ZoneInfo(time_zone)).astimezone(UTC)
