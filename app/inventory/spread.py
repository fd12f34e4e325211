"""At which sites units are reserved for a cart: a pure decision over integers.

What the cart has already stays where it is, as far as it is still wanted. What is missing comes from as few further
sites as possible: at each step from the one that has most of it, then one that is in use already, then by priority.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.inventory.levels import Key


class Shortage(NamedTuple):
    """``left`` units could be reserved, the owner's own included, of those ``asked``."""

    sku_id: int
    left: int
    asked: int


class Spread(NamedTuple):
    """``units`` by level; what is short of what was wanted, SKU by SKU."""

    units: Mapping[Key, int]
    short: tuple[Shortage, ...]


def spread(
    wanted: Mapping[int, int], mine: Mapping[Key, int], free: Mapping[Key, int], site_ids: Sequence[int]
) -> Spread:
    """``wanted`` is units by SKU, ``mine`` what the owner has, ``free`` what anybody may have; sites by priority."""
    units = _kept(wanted, mine, site_ids)
    missing = {sku: asked - sum(n for (one, _), n in units.items() if one == sku) for sku, asked in wanted.items()}
    spare = {key: free.get(key, 0) + mine.get(key, 0) - units.get(key, 0) for key in {*free, *mine}}
    places = list(site_ids)
    while places and any(missing.values()):
        used = {site for _, site in units}
        best = max(places, key=lambda site: (_useful(missing, spare, site), site in used, -site_ids.index(site)))
        if not _useful(missing, spare, best):
            break
        places.remove(best)
        for sku, lacking in missing.items():
            taken = min(lacking, spare.get((sku, best), 0))
            if taken:
                units[sku, best] = units.get((sku, best), 0) + taken
                missing[sku] -= taken
    short = tuple(Shortage(sku, wanted[sku] - lacking, wanted[sku]) for sku, lacking in missing.items() if lacking)
    return Spread(units, short)


def _kept(wanted: Mapping[int, int], mine: Mapping[Key, int], site_ids: Sequence[int]) -> dict[Key, int]:
    kept: dict[Key, int] = {}
    for sku, left in wanted.items():
        for site in site_ids:
            units = min(left, mine.get((sku, site), 0))
            if units:
                kept[sku, site] = units
                left -= units
    return kept


def _useful(missing: Mapping[int, int], spare: Mapping[Key, int], site: int) -> int:
    return sum(min(lacking, max(0, spare.get((sku, site), 0))) for sku, lacking in missing.items())
