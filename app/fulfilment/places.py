"""A place on the map."""

import unicodedata
from typing import TypeAlias

Place: TypeAlias = tuple[int, int]
"""Latitude and longitude in micro-degrees."""


def place(latitude: str | float, longitude: str | float) -> Place:
    """From decimal degrees."""
    return round(float(latitude) * 1_000_000), round(float(longitude) * 1_000_000)


def plain(name: str) -> str:
    """Without accents, in small letters, single spaces: as names of places are compared."""
    letters = unicodedata.normalize("NFKD", name)
    return " ".join("".join(sign for sign in letters if not unicodedata.combining(sign)).casefold().split())
