"""By when an order is promised: a pure decision over the clocks of the sites that send it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DOORS_CLOSE = time(20)
FIRST_DAY_OFF = 5  # Saturday, as ``date.weekday`` counts


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """What comes in at a site until ``cut_off``, on its own clock, leaves on the same working day."""

    time_zone: str
    cut_off: time


def promise(asked_at: datetime, dispatches: Sequence[Dispatch], *, transit_days: int) -> datetime:
    """The evening by which the last parcel is there, on the clock of the site that sends it; in UTC.

    Every parcel leaves on the first working day whose cut-off is not over and is ``transit_days`` working days on the
    way; Saturdays and Sundays are none. ``dispatches`` has one entry per parcel, at least one.
    """
    return max(_arrival(asked_at, dispatch, transit_days) for dispatch in dispatches)


def _arrival(asked_at: datetime, dispatch: Dispatch, transit_days: int) -> datetime:
    zone = ZoneInfo(dispatch.time_zone)
    local = asked_at.astimezone(zone)
    is_over = local.time() > dispatch.cut_off
    leaves = _working_day(local.date() + timedelta(days=is_over))
    arrives = leaves
    for _ in range(transit_days):
        arrives = _working_day(arrives + timedelta(days=1))
    return datetime.combine(arrives, DOORS_CLOSE, zone).astimezone(UTC)


def _working_day(day: date) -> date:
    """This day, or the next Monday."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= FIRST_DAY_OFF else day
