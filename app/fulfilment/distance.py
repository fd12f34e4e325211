"""How far it is over the ground, in whole metres."""

from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8


@lru_cache(maxsize=65_536)
def metres(from_latitude_e6: int, from_longitude_e6: int, to_latitude_e6: int, to_longitude_e6: int) -> int:
    """Great-circle distance between two places in micro-degrees (haversine), rounded to the metre.

    The same integers give the same metre on every IEEE 754 machine, unless its sine differs in the last bit just where
    the rounding turns; both ways round the distance is the same.
    """
    if (from_latitude_e6, from_longitude_e6) > (to_latitude_e6, to_longitude_e6):
        return metres(to_latitude_e6, to_longitude_e6, from_latitude_e6, from_longitude_e6)
    low, high = radians(from_latitude_e6 / 1e6), radians(to_latitude_e6 / 1e6)
    turn = radians((to_longitude_e6 - from_longitude_e6) / 1e6)
    half_chord = sin((high - low) / 2) ** 2 + cos(low) * cos(high) * sin(turn / 2) ** 2
    return round(2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half_chord))))
