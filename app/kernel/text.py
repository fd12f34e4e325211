"""What people type, read strictly: clean text, whole numbers, dates; every refusal names the field and the remedy."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from zoneinfo import ZoneInfo, available_timezones

from app.kernel.errors import Invalid

HALF_CHARACTER = re.compile("[\ud800-\udfff\ufffd]")  # browsers send the last for one of the others
LINE_BREAK = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
INVISIBLE_RUN = re.compile("([\u00ad\u200b-\u200f\u2060-\u2064\ufeff])[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+")
UNRULY = re.compile("[\u202a-\u202e]|" + INVISIBLE_RUN.pattern)
INNER_ISOLATES = re.compile("[\u2066-\u2069]")
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
RIGHT_TO_LEFT = frozenset({"R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"})
WHOLE = re.compile("-?[0-9]{1,18}")
DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
CARD = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])")

LARGEST_QUANTITY = 1_000_000
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)


def line(text: str, *, field: str, most: int = 200, required: bool = False) -> str:
    """One line: outer spaces gone, tabs to spaces, composed (NFC). Raises Invalid for line breaks and controls."""
    if LINE_BREAK.search(text.strip("\r\n")):
        raise Invalid([(field, "this field takes one line: remove the line breaks")])
    return _clean(text.replace("\t", " "), field, most, required)


def block(text: str, *, field: str, most: int = 10_000, required: bool = False) -> str:
    """Several lines, ended by ``\\n``; otherwise as ``line``."""
    return _clean(text.replace("\r\n", "\n").replace("\r", "\n"), field, most, required)


def isolated(text: str) -> str:
    """For display: right-to-left parts and overrides cannot turn their neighbours, runs of invisible signs shrink."""
    if text.isascii():
        return text
    calm = INVISIBLE_RUN.sub(r"\1", text)
    if not any(unicodedata.bidirectional(sign) in RIGHT_TO_LEFT for sign in calm):
        return calm
    return f"{FIRST_STRONG_ISOLATE}{INNER_ISOLATES.sub('', calm)}{POP_ISOLATE}"


def is_unruly(text: str) -> bool:
    """Whether it turns what stands beside it, or pushes it away with invisible signs."""
    return not text.isascii() and bool(UNRULY.search(text))


def quantity(text: str, *, field: str = "quantity", least: int = 1, most: int = LARGEST_QUANTITY) -> int:
    """Units, 1 to 1,000,000 unless told otherwise; ASCII digits only, so no ``1e3``, ``1_000`` or ``1.5``."""
    return whole_number(text, field=field, least=least, most=most)


def whole_number(text: str, *, field: str, least: int, most: int) -> int:
    """An integer between both bounds, a minus sign allowed. Raises Invalid."""
    stripped = text.strip(" ")
    if not WHOLE.fullmatch(stripped):
        raise Invalid([(field, f"{text[:40]!r} is not a whole number: write digits only, such as 12")])
    if not least <= int(stripped) <= most:
        raise Invalid([(field, f"{stripped} is not allowed here: write {least:,} to {most:,}")])
    return int(stripped)


def calendar_date(text: str, *, field: str, earliest: date = EARLIEST, latest: date = LATEST) -> date:
    """``2026-11-24`` and nothing else, between both bounds. Raises Invalid."""
    stripped = text.strip(" ")
    try:
        day = date.fromisoformat(stripped) if DATE.fullmatch(stripped) else None
    except ValueError:
        raise Invalid([(field, f"{stripped} is no day of the calendar: check day and month")]) from None
    if day is None:
        raise Invalid([(field, f"{text[:40]!r} is not a date: write year-month-day, such as 2026-11-24")])
    if why := out_of_range(day, earliest=earliest, latest=latest):
        raise Invalid([(field, why)])
    return day


def out_of_range(day: date, *, earliest: date = EARLIEST, latest: date = LATEST) -> str:
    """Why this day cannot be meant; empty where it can."""
    if earliest <= day <= latest:
        return ""
    return f"{day} is out of range: write a day from {earliest} to {latest}"


def time_zone(name: str, *, field: str = "time_zone") -> ZoneInfo:
    """A zone of the IANA database. Raises Invalid for others, such as ``Mars/Phobos``."""
    if name not in available_timezones():
        raise Invalid([(field, f"{name[:60]!r} is no time zone: write one such as Europe/Berlin or America/Chicago")])
    return ZoneInfo(name)


def choice(text: str, allowed: Collection[str], *, field: str) -> str:
    """One of the allowed words, exactly. Raises Invalid, listing them."""
    if text not in allowed:
        raise Invalid([(field, f"{text[:40]!r} is not known here: write one of {', '.join(sorted(allowed))}")])
    return text


def mask_cards(text: str) -> str:
    """The text with payment card numbers (13 to 19 digits that pass the Luhn check) replaced by ``[card]``."""
    return CARD.sub(lambda match: "[card]" if _passes_luhn(match[0]) else match[0], text)


def counted(number: int, noun: str) -> str:
    """``1 unit``, ``12,400 units``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _clean(text: str, field: str, most: int, required: bool) -> str:
    if HALF_CHARACTER.search(text):
        raise Invalid([(field, "the text is damaged (half a character): type it again")])
    if found := CONTROL.search(text):
        raise Invalid([(field, f"the text holds the control character U+{ord(found[0]):04X}: remove it")])
    cleaned = unicodedata.normalize("NFC", text).strip()
    if required and not cleaned:
        raise Invalid([(field, "this field is needed: fill it in")])
    if len(cleaned) > most:
        raise Invalid([(field, f"the text has {len(cleaned):,} characters: shorten it to {most:,}")])
    return cleaned


def _passes_luhn(text: str) -> bool:
    digits = [int(sign) for sign in text if sign.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
