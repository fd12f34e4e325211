"""GS1 element strings: what a pallet or carton label says in one barcode. Pure."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from app.kernel import clock
from app.kernel.errors import Invalid

SEPARATOR = "\x1d"  # FNC1 as scanners send it
SHOWN = "\u241d"  # the same where control characters may not stand
SYMBOLOGIES = ("]C1", "]d2", "]Q3", "]e0")
FIXED = {"00": 18, "01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2}
FREE = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8, "240": 30, "241": 30}
ALLOWED = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}")
BRACKETED = re.compile(r"\((\d{2,4})\)([^(]*)")


@dataclass(frozen=True, kw_only=True)
class Label:
    """Of AI 01, 10, 17 and 21; what the label does not say is empty."""

    gtin: str = ""
    lot: str = ""
    expires_on: date | None = None
    serial: str = ""


def read(scanned: str, *, today: date | None = None) -> Label | None:
    """A label in the bracketed or the FNC1 form, or None for anything else, such as a plain code.

    A year of two digits is the one nearest to ``today``, as GS1 has it. Raises Invalid for a label that cannot be true.
    """
    text = scanned.replace(SHOWN, SEPARATOR).strip(" \r\n\t")
    elements = _bracketed(text) if text.startswith("(") else _plain(text)
    if elements is None or not elements.keys() & {"01", "10", "17", "21"}:
        return None
    return Label(
        gtin=_gtin(elements.get("01", "")),
        lot=elements.get("10", ""),
        expires_on=_day(elements["17"], today or clock.now().date()) if "17" in elements else None,
        serial=elements.get("21", ""),
    )


def write(label: Label) -> str:
    """The element string of a label in the FNC1 form, as ``read`` takes it; what is of one length comes first.

    Raises ValueError for a GTIN that is none, or for a lot or number that no label can carry (see ``is_writable``).
    """
    elements = [("01", label.gtin.zfill(14) if label.gtin else "")]
    elements += [("17", f"{label.expires_on:%y%m%d}" if label.expires_on else ""), ("10", label.lot)]
    said = [(ai, value) for ai, value in (*elements, ("21", label.serial)) if value]
    for ai, value in said:
        fits = is_writable(value) if ai in FREE else len(value) == FIXED[ai] and value.isascii() and value.isdigit()
        if not fits:
            raise ValueError(f"no GS1 label can carry ({ai}){value}")
    parts = [f"{ai}{value}{SEPARATOR if ai in FREE else ''}" for ai, value in said]
    return "".join(parts).rstrip(SEPARATOR)


def shown(elements: str) -> str:
    """An element string for people: (01)04012345678901(10)L1."""
    found = _plain(f"{SYMBOLOGIES[0]}{elements}") or {}
    return "".join(f"({ai}){value}" for ai, value in found.items())


def is_writable(code: str) -> bool:
    """Whether a lot or a number may stand in a label: 1 to 20 of the characters that GS1 allows."""
    return bool(ALLOWED.fullmatch(code))


def _bracketed(text: str) -> dict[str, str] | None:
    found = BRACKETED.findall(text)
    if not found or "".join(f"({ai}){value}" for ai, value in found) != text:
        return None
    return {ai: value.strip() for ai, value in found}


def _plain(text: str) -> dict[str, str] | None:
    """Only what begins with a symbology, or a GTIN and at least one element more, is taken for a label."""
    bare = next((text[len(mark) :] for mark in SYMBOLOGIES if text.startswith(mark)), None)
    if bare is None and SEPARATOR not in text and not (text.startswith("01") and len(text) > 16):
        return None
    elements: dict[str, str] = {}
    rest = (text if bare is None else bare).strip(SEPARATOR)
    while rest:
        ai = next((rest[:length] for length in (2, 3) if rest[:length] in FIXED or rest[:length] in FREE), "")
        if not ai or ai in elements:
            return None
        rest = rest[len(ai) :]
        if ai in FIXED:
            value, rest = rest[: FIXED[ai]], rest[FIXED[ai] :]
            if len(value) < FIXED[ai] or not (value.isascii() and value.isdigit()):
                return None
        else:
            value, _, rest = rest.partition(SEPARATOR)
            if not 0 < len(value) <= FREE[ai]:
                return None
        elements[ai] = value
        rest = rest.lstrip(SEPARATOR)
    return elements


def _gtin(digits: str) -> str:
    if digits and not (len(digits) == 14 and digits.isascii() and digits.isdigit()):
        raise Invalid([("code", f"the label says GTIN {digits[:20]}, which has not 14 digits: scan it again")])
    return digits


def _day(digits: str, today: date) -> date:
    """YYMMDD; day 00 is the last of its month."""
    if not (len(digits) == 6 and digits.isascii() and digits.isdigit()):
        raise Invalid([("code", f"the label says it expires on {digits[:10]}, which is no date: scan it again")])
    year, month, day = today.year // 100 * 100 + int(digits[:2]), int(digits[2:4]), int(digits[4:])
    year += 100 if year - today.year < -50 else -100 if year - today.year > 50 else 0
    if not 1 <= month <= 12 or day > monthrange(year, month)[1]:
        raise Invalid([("code", f"the label says it expires on {digits}, which is no date: scan it again")])
    return date(year, month, day or monthrange(year, month)[1])
