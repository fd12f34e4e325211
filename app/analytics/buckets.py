"""A span of days as few buckets of the calendar: all time, years, months, tens of days, and the days at the edges.

A bucket is the beginning of its days as they are written: empty, ``2026``, ``2026-11``, ``2026-11-2``, ``2026-11-25``.
"""

from datetime import date, timedelta

from app.analytics.periods import Period, start_of_next_month

ALL_TIME, YEAR, MONTH, TEN, DAY = 0, 4, 7, 9, 10


def span(first: date | None, last: date | None, known: Period) -> Period | None:
    """The part that has sales of what was asked for; None if there is none. No day means no bound."""
    begins, ends = max(first or known.first, known.first), min(last or known.last, known.last)
    return Period(begins, ends) if begins <= ends else None


def buckets(span: Period, known: Period, *, longest: int = ALL_TIME) -> list[str]:
    """``known`` is where there are sales at all: a year is whole if all of it that has sales was asked for."""
    found, day = [], span.first
    while day <= span.last:
        bucket, days = next(
            (bucket, days)
            for length in (ALL_TIME, YEAR, MONTH, TEN, DAY)
            if length >= longest
            and (days := _common(_days(bucket := str(day)[:length], known), known)).first == day
            and days.last <= span.last
        )
        found.append(bucket)
        day = days.last + timedelta(days=1)
    return found


def _days(bucket: str, known: Period) -> Period:
    if len(bucket) == ALL_TIME:
        return known
    if len(bucket) == YEAR:
        return Period(date(int(bucket), 1, 1), date(int(bucket), 12, 31))
    if len(bucket) == DAY:
        return Period(date.fromisoformat(bucket), date.fromisoformat(bucket))
    month = date(int(bucket[:4]), int(bucket[5:7]), 1)
    end = start_of_next_month(month) - timedelta(days=1)
    if len(bucket) == MONTH:
        return Period(month, end)
    tens = 10 * int(bucket[-1])
    return Period(month.replace(day=max(tens, 1)), month.replace(day=min(tens + 9, end.day)))


def _common(one: Period, other: Period) -> Period:
    return Period(max(one.first, other.first), min(one.last, other.last))
