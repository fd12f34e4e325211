"""A span of days as few buckets of the calendar: all time, years, months, and the days at the edges."""

from collections.abc import Iterator
from datetime import date, timedelta

from app.analytics.periods import Period, start_of_next_month

ALL_TIME = ""


def span(first: date | None, last: date | None, known: Period) -> Period | None:
    """The part that has sales of what was asked for; None if there is none. No day means no bound."""
    begins, ends = max(first or known.first, known.first), min(last or known.last, known.last)
    return Period(begins, ends) if begins <= ends else None


def buckets(span: Period, known: Period) -> list[str]:
    """``known`` is where there are sales at all: a year is whole if all of it that has sales was asked for."""
    return [ALL_TIME] if span == known else list(_years(span, known))


def days(span: Period) -> list[str]:
    return [str(span.first + timedelta(days=n)) for n in range(span.days)]


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
            yield from days(_common(span, whole))
        month = following


def _holds(span: Period, whole: Period, known: Period) -> bool:
    there = _common(whole, known)
    return span.first <= there.first and there.last <= span.last


def _common(one: Period, other: Period) -> Period:
    return Period(max(one.first, other.first), min(one.last, other.last))
