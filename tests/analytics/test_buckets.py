"""A span of days in few buckets."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analytics.buckets import DAY, MONTH, buckets, span
from app.analytics.periods import Period

KNOWN = Period(date(2023, 11, 20), date(2026, 5, 10))
DAYS = st.dates(date(2023, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("first", "last", "chosen"),
    [
        (None, None, [""]),
        (date(2020, 1, 1), date(2030, 1, 1), [""]),
        (date(2025, 1, 1), date(2025, 12, 31), ["2025"]),
        (date(2026, 1, 1), None, ["2026"]),
        (None, date(2023, 12, 31), ["2023"]),
        (date(2026, 4, 30), date(2026, 5, 10), ["2026-04-3", "2026-05"]),
        (date(2026, 1, 9), date(2026, 1, 30), ["2026-01-09", "2026-01-1", "2026-01-2", "2026-01-30"]),
        (date(2026, 2, 20), date(2026, 2, 28), ["2026-02-2"]),
        (date(2024, 12, 31), date(2026, 1, 1), ["2024-12-31", "2025", "2026-01-01"]),
    ],
)
def test_whole_years_months_and_tens_are_read_as_one(first, last, chosen):
    asked = span(first, last, KNOWN)

    assert asked is not None
    assert buckets(asked, KNOWN) == chosen


def test_a_span_without_sales_has_no_buckets():
    assert span(None, date(2023, 11, 19), KNOWN) is None
    assert span(date(2026, 5, 11), None, KNOWN) is None


def test_a_chart_by_month_reads_nothing_longer_than_a_month():
    asked = span(date(2023, 12, 31), date(2024, 2, 1), KNOWN)

    assert asked is not None
    assert buckets(asked, KNOWN, longest=MONTH) == ["2023-12-31", "2024-01", "2024-02-01"]
    assert len(buckets(asked, KNOWN, longest=DAY)) == 33


@given(first=DAYS, last=DAYS)
def test_every_day_that_has_sales_is_in_exactly_one_bucket(first, last):
    asked = span(min(first, last), max(first, last), KNOWN)
    chosen = buckets(asked, KNOWN) if asked else []

    for n in range(KNOWN.days):
        day = KNOWN.first + timedelta(days=n)
        holding = [bucket for bucket in chosen if str(day).startswith(bucket)]
        assert len(holding) == (min(first, last) <= day <= max(first, last)), (day, chosen)
