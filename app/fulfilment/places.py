"""A place on the map, and small tables of many."""

import subprocess
import sys
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Place: TypeAlias = tuple[int, int]
"""Latitude and longitude in micro-degrees."""

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Codes:
    """Places by postal code, in 12 bytes each; codes are added in ascending order and may stand several times."""

    codes: "array[int]" = field(default_factory=lambda: array("I"))
    latitudes: "array[int]" = field(default_factory=lambda: array("i"))
    longitudes: "array[int]" = field(default_factory=lambda: array("i"))

    def add(self, code: int, spot: Place) -> None:
        self.codes.append(code)
        self.latitudes.append(spot[0])
        self.longitudes.append(spot[1])

    def where(self, code: int) -> range:
        """The positions at which the code stands."""
        return range(bisect_left(self.codes, code), bisect_right(self.codes, code))

    def __getitem__(self, position: int) -> Place:
        return self.latitudes[position], self.longitudes[position]


def town_line(words: tuple[str, ...], spot: Place) -> bytes:
    """Of a table of towns: these are one text that begins with a line's end."""
    return "\t".join((*words, str(spot[0]), str(spot[1]))).encode() + b"\n"


def first_town(towns: bytes, *words: str) -> Place | None:
    """Of the first line that begins with these words."""
    start = towns.find(("\n" + "\t".join(words) + "\t").encode(errors="surrogatepass"))
    if start < 0:
        return None
    *_, latitude, longitude = towns[start + 1 : towns.index(b"\n", start + 1)].split(b"\t")
    return int(latitude), int(longitude)


def told_by(module: str) -> Iterator[list[bytes]]:
    """The lines that the module writes when it is run, in fields.

    In a process of its own: what it takes to read the wheel's data, up to 40 MB for a table of one, is given back.
    """
    command = [sys.executable, "-m", module]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        for line in child.stdout:
            yield line.rstrip(b"\n").split(b"\t")
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)


def loaded_once(load: Callable[[], T]) -> Callable[[], T]:
    """As ``functools.cache``, but whoever comes while it is loaded waits instead of loading it too."""
    lock, kept = Lock(), list[T]()

    def get() -> T:
        if not kept:
            with lock:
                if not kept:
                    kept.append(load())
        return kept[0]

    return get


def place(latitude: str | float, longitude: str | float) -> Place:
    """From decimal degrees."""
    return round(float(latitude) * 1_000_000), round(float(longitude) * 1_000_000)


def plain(name: str) -> str:
    """Without accents, in small letters, single spaces: as names of places are compared."""
    letters = unicodedata.normalize("NFKD", name)
    return " ".join("".join(sign for sign in letters if not unicodedata.combining(sign)).casefold().split())
