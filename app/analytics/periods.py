"""Spans of calendar days, and the spans that they are compared with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.kernel.errors import Invalid

DAYS_DRAWN_AS_DAYS = 62


@dataclass(frozen=True)
class Period:
    """Both days belong to it."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Invalid([("to", f"the period ends on {self.last}, before it begins on {self.first}: swap the days")])

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def by(self) -> str:
        """The grain that a chart of this period is drawn in."""
        return "day" if self.days <= DAYS_DRAWN_AS_DAYS else "month"

    def buckets(self) -> Iterator[str]:
        """Every day or month of the period, also those in which nothing was sold."""
        if self.by == "day":
            yield from (str(self.first + timedelta(days=n)) for n in range(self.days))
            return
        month = self.first.replace(day=1)
        while month <= self.last:
            yield f"{month:%Y-%m}"
            month = start_of_next_month(month)

    def __str__(self) -> str:
        return f"{said(self.first)} to {said(self.last)}"


def said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def previous(period: Period) -> Period:
    """The one before: the month before if it is made of whole months, else as many days; a running month is
    compared on the days that have elapsed (ANA-09)."""
    if period.first.day == 1 and _is_month_end(period.last):
        months = _months(period.first, period.last)
        return Period(_months_earlier(period.first, months), period.first - timedelta(days=1))
    if period.first.day == 1 and (period.first.year, period.first.month) == (period.last.year, period.last.month):
        return Period(_months_earlier(period.first, 1), _months_earlier(period.last, 1))
    return Period(period.first - timedelta(days=period.days), period.first - timedelta(days=1))


def year_before(period: Period) -> Period:
    return Period(_months_earlier(period.first, 12), _months_earlier(period.last, 12))


def presets(today: date) -> dict[str, Period]:
    """What people ask for most, by name."""
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    return {
        "Last 30 days": Period(today - timedelta(days=29), today),
        "This month": Period(month, today),
        "Last month": previous(Period(month, _month_end(month))),
        "This year": Period(year, today),
        "Last year": Period(_months_earlier(year, 12), year - timedelta(days=1)),
    }


def start_of_next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _month_end(day: date) -> date:
    return start_of_next_month(day) - timedelta(days=1)


def _is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _months_earlier(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day; a month's end stays a month's end."""
    index = day.year * 12 + day.month - 1 - months
    start = date(index // 12, index % 12 + 1, 1)
    end = _month_end(start)
    return end if _is_month_end(day) else start.replace(day=min(day.day, end.day))
