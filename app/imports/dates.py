"""Dates as files write them; whether day or month comes first is learnt from the whole column."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Literal

from app.imports.figures import Unreadable

DateOrder = Literal["day", "month"]

MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES, start=1)}
CLOCK = r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,9})?)?\s*(?P<half>[AaPp][Mm])?)?"
ZONE = r"\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?"
ISO = re.compile(rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}}){CLOCK}{ZONE}", re.ASCII)
SHORT = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<mark>[/.-])(?P<second_>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}){CLOCK}{ZONE}", re.ASCII
)
NAMED = re.compile(rf"(?P<day>\d{{1,2}})[ -](?P<name>[A-Za-z]{{3,9}})[ -](?P<year>\d{{4}}){CLOCK}{ZONE}", re.ASCII)
AMERICAN = re.compile(rf"(?P<name>[A-Za-z]{{3,9}}) (?P<day>\d{{1,2}}),? (?P<year>\d{{4}}){CLOCK}{ZONE}", re.ASCII)


def learn_order(values: Iterable[str]) -> DateOrder | None:
    """Which part comes first in dates like 11/8/2018; None where no date gives it away."""
    votes: Counter[DateOrder] = Counter()
    for value in values:
        match = SHORT.fullmatch(value)
        if match and match["mark"] != ".":
            votes["day"] += int(match["first"]) > 12
            votes["month"] += int(match["second_"]) > 12
    return votes.most_common(1)[0][0] if votes.total() else None


def read(text: str, order: DateOrder) -> date | datetime:
    """A date, or a moment if the text has a time: naive where it names no zone. Raises Unreadable."""
    match = ISO.fullmatch(text) or SHORT.fullmatch(text) or NAMED.fullmatch(text) or AMERICAN.fullmatch(text)
    if match is None:
        raise Unreadable("must be a date such as 2025-11-30")
    day = _day(match.groupdict(), order)
    return _moment(day, match.groupdict(), text) if match["hour"] else day


def _day(parts: dict[str, str | None], order: DateOrder) -> date:
    year, month, day = int(parts["year"] or 0), _month(parts), int(parts.get("day") or 0)
    if "first" in parts:
        first, second = int(parts["first"] or 0), int(parts["second_"] or 0)
        day, month = (second, first) if order == "month" and parts["mark"] != "." else (first, second)
    if not 1 <= month <= 12:
        raise Unreadable(f"has no month {month}: {'month' if order == 'month' else 'day'} first was read")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unreadable(f"is no day of the calendar: {year}-{month:02} has no day {day}") from error


def _month(parts: dict[str, str | None]) -> int:
    name = parts.get("name")
    if name is None:
        return int(parts.get("month") or 0)
    if name[:3].lower() not in MONTHS:
        raise Unreadable(f"names no month: {name}")
    return MONTHS[name[:3].lower()]


def _moment(day: date, parts: dict[str, str | None], text: str) -> datetime:
    hour = int(parts["hour"] or 0)
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"].lower() == "pm" else 0)
    zone = (parts["zone"] or "").replace("UTC", "Z")
    try:
        naive = datetime.combine(day, time(hour, int(parts["minute"] or 0), int(parts["second"] or 0)))
        return datetime.fromisoformat(naive.isoformat() + zone) if zone else naive
    except ValueError as error:
        raise Unreadable(f"has an impossible time: {text[:40]}") from error
