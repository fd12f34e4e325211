"""Phone numbers as they are looked for: by their last digits, whatever stands between and before these."""

import re

WRITTEN = re.compile(r"\+?[0-9(][0-9 ()./-]*", re.ASCII)
LEAST, ENOUGH = 7, 9


def reversed_digits(column: str) -> str:
    """SQL, as the indexes have it: an ending becomes a beginning."""
    return f"reverse(regexp_replace({column}, '[^0-9]', '', 'g'))"


def ending(sought: str) -> str:
    """The last digits from behind, empty for what is no phone number. Nine tell subscribers apart, and leave out what
    is written or not: ``+49 171 …`` is ``0171 …``."""
    digits = re.sub(r"[^0-9]", "", sought)
    return digits[-ENOUGH:][::-1] if WRITTEN.fullmatch(sought) and len(digits) >= LEAST else ""
