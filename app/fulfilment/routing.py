"""Which sites send an order: a pure decision over integers, the same whenever it is asked again.

Most units first, then fewest parcels, then the least distance in all, then priority, then the sites' codes. Exact while
at most ``EXACT`` sites hold something; beyond that sites are added one by one, the most useful first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple, TypeAlias

from app.fulfilment.distance import metres

EXACT = 12

Key: TypeAlias = tuple[int, tuple[int, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the goods go, in micro-degrees; without coordinates distance plays no part."""

    latitude_e6: int | None
    longitude_e6: int | None
    country: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site as it was asked; ``available`` is net of promises and safety stock, by SKU.

    ``excluded`` says why the site may not take part this time (such as ``short_pick``); empty when it may.
    """

    site_id: int
    code: str
    name: str
    latitude_e6: int
    longitude_e6: int
    priority: int
    country: str
    available: Mapping[int, int]
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    order_line_id: int
    sku_id: int
    sku_code: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Rules:
    """Hard limits of one version of the rule set."""

    version: int = 1
    max_sites: int = EXACT
    max_distance_m: int | None = None
    across_borders: bool = True


RULES = Rules()


class Portion(NamedTuple):
    order_line_id: int
    sku_id: int
    quantity: int


class Part(NamedTuple):
    """What one site sends."""

    site_id: int
    portions: tuple[Portion, ...]


class Verdict(NamedTuple):
    """What was thought of a site: ``units`` it could send alone, and ``why`` it is ``chosen``, ``passed`` or out."""

    site_id: int
    units: int
    distance_m: int | None
    why: str


class Outcome(NamedTuple):
    """``rule`` is what told the chosen sites from the next best: see ``explain.RULES``."""

    parts: tuple[Part, ...]
    backordered: tuple[tuple[int, int], ...]
    considered: tuple[Verdict, ...]
    rule: str


class _Site(NamedTuple):
    candidate: Candidate
    useful: Mapping[int, int]
    units: int
    distance_m: int | None


def route(
    needs: Sequence[Need], candidates: Sequence[Candidate], destination: Destination, rules: Rules = RULES
) -> Outcome:
    """Decide. Needs of one SKU on several lines count together; a line is split over sites only when it must be."""
    demand = _demand(needs)
    judged = [_judge(candidate, demand, destination, rules) for candidate in candidates]
    sites = [site for site, why in judged if not why]
    chosen, rule = _choose(sites, demand, rules)
    parts, backordered = _share_out(needs, chosen)
    names = {site.candidate.site_id for site in chosen}
    return Outcome(parts, backordered, tuple(_verdict(site, why, names) for site, why in judged), rule)


def _demand(needs: Iterable[Need]) -> dict[int, int]:
    demand: dict[int, int] = {}
    for need in needs:
        demand[need.sku_id] = demand.get(need.sku_id, 0) + need.quantity
    return demand


def _judge(candidate: Candidate, demand: Mapping[int, int], to: Destination, rules: Rules) -> tuple[_Site, str]:
    """The site, and why it is out (empty when it is not)."""
    available = candidate.available
    useful = {sku: min(asked, available[sku]) for sku, asked in demand.items() if available.get(sku, 0) > 0}
    distance = None
    if to.latitude_e6 is not None and to.longitude_e6 is not None:
        distance = metres(candidate.latitude_e6, candidate.longitude_e6, to.latitude_e6, to.longitude_e6)
    site = _Site(candidate, useful, sum(useful.values()), distance)
    if candidate.excluded:
        return site, candidate.excluded
    if not rules.across_borders and candidate.country != to.country:
        return site, "other_country"
    if rules.max_distance_m is not None and distance is not None and distance > rules.max_distance_m:
        return site, "too_far"
    return site, "" if site.units else "nothing_available"


def _choose(sites: Sequence[_Site], demand: Mapping[int, int], rules: Rules) -> tuple[list[_Site], str]:
    if not sites:
        return [], "none"
    everything = _covered(sites, demand)
    complete = [site for site in sites if site.units == everything]
    if complete:
        ordered = sorted(complete, key=_key_of_one)
        return ordered[:1], _decided(ordered[:1], [_key_of_one(site) for site in ordered], sites, demand)
    if len(sites) > EXACT:
        return _sorted(_greedy(sites, demand, rules)), "greedy"
    return _search(sites, demand, rules)


def _search(sites: Sequence[_Site], demand: Mapping[int, int], rules: Rules) -> tuple[list[_Site], str]:
    """Sets of growing size; the first size that reaches every unit there is wins, else the best that is allowed."""
    everything = _covered(sites, demand)
    best: tuple[int, int, Key] | None = None
    chosen: Sequence[_Site] = ()
    rivals: list[Key] = []
    for size in range(1, min(rules.max_sites, len(sites)) + 1):
        for group in combinations(sites, size):
            units, key = _covered(group, demand), _key(group)
            rank = (-units, size, key)
            if best is None or rank[:2] < best[:2]:
                rivals = []
            if best is None or rank[:2] <= best[:2]:
                rivals.append(key)
            if best is None or rank < best:
                best, chosen = rank, group
        if best is not None and -best[0] == everything:
            break
    return _sorted(chosen), _decided(chosen, sorted(rivals), sites, demand)


def _greedy(sites: Sequence[_Site], demand: Mapping[int, int], rules: Rules) -> list[_Site]:
    chosen: list[_Site] = []
    left = list(sites)
    while left and len(chosen) < rules.max_sites:
        best = min(left, key=lambda site: (-_covered([*chosen, site], demand), _key_of_one(site)))
        if _covered([*chosen, best], demand) == _covered(chosen, demand):
            break
        chosen.append(best)
        left.remove(best)
    reached = _covered(chosen, demand)
    for site in reversed(_sorted(chosen)):
        without = [other for other in chosen if other is not site]
        if _covered(without, demand) == reached:
            chosen = without
    return chosen


def _covered(sites: Iterable[_Site], demand: Mapping[int, int]) -> int:
    found: dict[int, int] = {}
    for site in sites:
        for sku, units in site.useful.items():
            found[sku] = found.get(sku, 0) + units
    return sum(min(units, demand[sku]) for sku, units in found.items())


def _key(group: Iterable[_Site]) -> Key:
    """Distance, priority, code: the smaller goes first."""
    sites = [site.candidate for site in group]
    distance = sum(site.distance_m or 0 for site in group)
    return distance, tuple(sorted(site.priority for site in sites)), tuple(sorted(site.code for site in sites))


def _key_of_one(site: _Site) -> Key:
    return site.distance_m or 0, (site.candidate.priority,), (site.candidate.code,)


def _sorted(sites: Iterable[_Site]) -> list[_Site]:
    return sorted(sites, key=_key_of_one)


def _decided(chosen: Sequence[_Site], keys: Sequence[Key], sites: Sequence[_Site], demand: Mapping[int, int]) -> str:
    """What told the winner from the next best; ``keys`` belong to sets of as many units and parcels, best first."""
    if len(keys) > 1:
        pairs = zip(("distance", "priority", "code"), keys[0], keys[1], strict=True)
        return next((name for name, first, second in pairs if first != second), "code")
    reached = _covered(chosen, demand)
    if any(_covered([site for site in sites if site is not one], demand) >= reached for one in chosen):
        return "parcels"
    return "only" if _covered(sites, demand) == reached else "units"


def _share_out(needs: Sequence[Need], chosen: Sequence[_Site]) -> tuple[tuple[Part, ...], tuple[tuple[int, int], ...]]:
    """The nearest site that has a whole line sends it; a line that no site has whole is taken nearest first."""
    left = {site.candidate.site_id: dict(site.useful) for site in chosen}
    portions: dict[int, list[Portion]] = {site_id: [] for site_id in left}
    backordered: list[tuple[int, int]] = []
    for need in needs:
        missing = need.quantity
        whole = [site_id for site_id, stock in left.items() if stock.get(need.sku_id, 0) >= missing]
        for site_id in whole[:1] or left:
            units = min(missing, left[site_id].get(need.sku_id, 0))
            if units:
                left[site_id][need.sku_id] -= units
                portions[site_id].append(Portion(need.order_line_id, need.sku_id, units))
                missing -= units
        if missing:
            backordered.append((need.order_line_id, missing))
    parts = tuple(Part(site_id, tuple(given)) for site_id, given in portions.items() if given)
    return parts, tuple(backordered)


def _verdict(site: _Site, why: str, chosen: set[int]) -> Verdict:
    site_id = site.candidate.site_id
    return Verdict(site_id, site.units, site.distance_m, why or ("chosen" if site_id in chosen else "passed"))
