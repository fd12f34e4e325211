"""The only place that asks the time; tests move it with time-machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """The moment, in UTC, with microseconds."""
    return _stopped.get() or datetime.now(UTC)


@contextmanager
def as_if(moment: datetime) -> Iterator[None]:
    """What the block does is done at that moment: for giving a company that is made up a past, and nothing else."""
    token = _stopped.set(moment)
    try:
        yield
    finally:
        _stopped.reset(token)


def today_in(time_zone: str) -> date:
    """The calendar day that it is there now."""
    return now().astimezone(ZoneInfo(time_zone)).date()


def start_of_day(day: date, time_zone: str) -> datetime:
    """The first moment of a calendar day in a named zone, as UTC."""
    return datetime.combine(day, time.min, ZoneInfo(time_zone)).astimezone(UTC)
