"""The day that a customer is told, by the calendar and the clocks of the sites."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from app.fulfilment.promises import Dispatch, promise

COLUMBUS = Dispatch(time_zone="America/New_York", cut_off=time(16))
RENO = Dispatch(time_zone="America/Los_Angeles", cut_off=time(14, 30))


def on(written: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("asked", "days", "promised"),
    [
        ("2026-11-23 15:59", 3, "2026-11-26 20:00"),  # Monday, before the cut-off
        ("2026-11-23 16:00", 3, "2026-11-26 20:00"),
        ("2026-11-23 16:00:01", 3, "2026-11-27 20:00"),
        ("2026-11-23 10:00", 0, "2026-11-23 20:00"),
        ("2026-11-27 10:00", 1, "2026-11-30 20:00"),  # Friday to Monday
        ("2026-11-27 17:00", 1, "2026-12-01 20:00"),  # leaves on Monday
        ("2026-11-28 09:00", 0, "2026-11-30 20:00"),  # Saturday
        ("2026-11-29 23:00", 2, "2026-12-02 20:00"),  # Sunday
        ("2026-10-30 12:00", 2, "2026-11-03 20:00"),  # clocks go back in between
    ],
)
def test_an_order_is_promised_for_the_evening_of_a_working_day(asked, days, promised):
    assert promise(on(asked), [COLUMBUS], transit_days=days) == on(promised)


def test_the_last_parcel_counts():
    """15:00 in Columbus is noon in Reno: both leave today, and Reno's evening is the later one."""
    both = promise(on("2026-11-23 15:00"), [COLUMBUS, RENO], transit_days=1)

    assert both == on("2026-11-24 20:00", "America/Los_Angeles")


def test_a_site_whose_day_is_over_sends_tomorrow():
    assert promise(on("2026-11-23 19:00"), [RENO], transit_days=1) == on("2026-11-25 20:00", "America/Los_Angeles")
