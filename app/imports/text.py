"""Text as people meant it: spaces mended, everything else, accents and curly quotes too, kept as it stands."""

import re
import unicodedata

SPACES = re.compile(r"\s+")
LONGEST = 1_000


def mend_spaces(value: str) -> str:
    """Non-breaking and repeated spaces become one plain space; none at the ends."""
    return SPACES.sub(" ", value).strip()


def unprintable(value: str) -> str | None:
    """The name of the first control character or lone surrogate; direction marks and joiners are text."""
    for character in value:
        if unicodedata.category(character) in ("Cc", "Cs"):
            return f"U+{ord(character):04X}"
    return None
