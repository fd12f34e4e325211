"""A span of days as few buckets of the calendar: all time, years, months, and the days at the edges."""

from collections.abc import Iterator
from datetime import date, timedelta

from app.analytics.periods import Period, start_of_next_month

ALL_TIME = ""


def buckets(asked: Period, known: Period) -> list[str]:
    """``known`` is where there are sales at all: a year is whole if all of it that has sales was asked for."""
    first, last = max(asked.first, known.first), min(asked.last, known.last)
    if first > last:
        return []
    if (first, last) == (known.first, known.last):
        return [ALL_TIME]
    return list(_years(Period(first, last), known))


def days(asked: Period, known: Period) -> list[str]:
    first, last = max(asked.first, known.first), min(asked.last, known.last)
    return [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]


def _years(span: Period, known: Period) -> Iterator[str]:
    for year in range(span.first.year, span.last.year + 1):
        whole = Period(date(year, 1, 1), date(year, 12, 31))
        if _holds(span, whole, known):
            yield f"{year:04}"
        else:
            yield from _months(_common(span, whole), known)


def _months(span: Period, known: Period) -> Iterator[str]:
    month = span.first.replace(day=1)
    while month <= span.last:
        following = start_of_next_month(month)
        whole = Period(month, following - timedelta(days=1))
        if _holds(span, whole, known):
            yield f"{month:%Y-%m}"
        else:
            yield from days(span, whole)
        month = following


def _holds(span: Period, whole: Period, known: Period) -> bool:
    there = _common(whole, known)
    return span.first <= there.first and there.last <= span.last


def _common(one: Period, other: Period) -> Period:
    return Period(max(one.first, other.first), min(one.last, other.last))
