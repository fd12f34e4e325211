"""Which days a period is compared with."""

from datetime import date

import pytest

from app.analytics.periods import Period, presets, previous, year_before
from app.kernel.errors import Invalid


def period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (("2026-11-01", "2026-11-30"), ("2026-10-01", "2026-10-31")),
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31")),
        (("2026-11-01", "2026-11-24"), ("2026-10-01", "2026-10-24")),
        (("2026-11-10", "2026-11-16"), ("2026-11-03", "2026-11-09")),
        (("2026-11-24", "2026-11-24"), ("2026-11-23", "2026-11-23")),
    ],
)
def test_the_period_before_has_the_same_shape(now, before):
    assert previous(period(*now)) == period(*before)


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (("2026-11-01", "2026-11-24"), ("2025-11-01", "2025-11-24")),
        (("2028-02-01", "2028-02-29"), ("2027-02-01", "2027-02-28")),
        (("2027-02-01", "2027-02-28"), ("2026-02-01", "2026-02-28")),
    ],
)
def test_a_year_before_are_the_same_days(now, before):
    assert year_before(period(*now)) == period(*before)


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(Invalid, match="swap the days"):
        period("2026-02-01", "2026-01-01")


def test_short_periods_are_drawn_by_day_and_long_ones_by_month():
    assert period("2026-01-01", "2026-02-28").by == "day"
    assert period("2026-01-01", "2026-12-31").by == "month"


def test_buckets_leave_no_gap():
    assert list(period("2026-02-27", "2026-03-02").buckets()) == [
        "2026-02-27",
        "2026-02-28",
        "2026-03-01",
        "2026-03-02",
    ]
    assert list(period("2025-11-15", "2026-02-02").buckets()) == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_presets_end_today_or_are_over():
    found = presets(date(2026, 3, 31))

    assert found["This month"] == period("2026-03-01", "2026-03-31")
    assert found["Last month"] == period("2026-02-01", "2026-02-28")
    assert found["Last year"] == period("2025-01-01", "2025-12-31")
    assert found["Last 30 days"].days == 30
