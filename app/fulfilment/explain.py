"""A routing decision in words, and as the table of sites that were considered."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.fulfilment.decisions import Inputs
from app.fulfilment.routing import Candidate, Outcome, Part, Verdict

RULES: Mapping[str, str] = {
    "none": "no site could send anything",
    "only": "no other sites could send as much",
    "units": "the most units within the limits of the rule set",
    "parcels": "fewest parcels",
    "distance": "shortest way",
    "priority": "site priority",
    "code": "site code, as all else was equal",
    "greedy": "most useful site first, as the sites were too many to try every set",
}

REASONS: Mapping[str, str] = {
    "nothing_available": "nothing available",
    "other_country": "in another country",
    "too_far": "farther than the rule set allows",
    "short_pick": "units were not found there",
    "displaced": "its units were counted away",
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table; ``state`` is chosen, passed or out."""

    name: str
    units: int
    asked: int
    distance_km: int | None
    outcome: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Explanation:
    title: str
    sentences: tuple[str, ...]
    rows: tuple[Row, ...]
    rule: str
    rules_version: int


def explain(inputs: Inputs, outcome: Outcome) -> Explanation:
    sites = {candidate.site_id: candidate for candidate in inputs.candidates}
    asked = sum(need.quantity for need in inputs.needs)
    return Explanation(
        title=_title(outcome, sites),
        sentences=tuple(_sentences(inputs, outcome, sites, asked)),
        rows=tuple(_rows(outcome, sites, asked)),
        rule=RULES[outcome.rule],
        rules_version=inputs.rules.version,
    )


def _title(outcome: Outcome, sites: Mapping[int, Candidate]) -> str:
    waiting = sum(units for _, units in outcome.backordered)
    if not outcome.parts:
        return f"Backordered: {count(waiting, 'unit')} without stock"
    shares = ", ".join(f"{count(_units(part), 'unit')} {sites[part.site_id].name}" for part in outcome.parts)
    rest = f", {count(waiting, 'unit')} backordered" if waiting else ""
    return f"Routed to {count(len(outcome.parts), 'site')}: {shares}{rest}"


def _sentences(inputs: Inputs, outcome: Outcome, sites: Mapping[int, Candidate], asked: int) -> list[str]:
    waiting = sum(units for _, units in outcome.backordered)
    said = []
    if not outcome.parts:
        said.append(f"No site has {'the unit' if asked == 1 else f'any of the {asked} units'} available.")
    elif len(outcome.parts) == 1:
        said.append(_one_site(outcome, sites, asked))
    else:
        said.append(f"No single site holds all {count(asked - waiting, 'unit')}." + _who_sends(outcome, inputs, sites))
    if waiting and outcome.parts:
        waits = f"{_capital(count(waiting, 'unit'))} {'waits' if waiting == 1 else 'wait'} for stock"
        said.append(f"{waits}: {_lines(inputs, outcome)}.")
    said.extend(_why(outcome))
    if inputs.destination.latitude_e6 is None:
        said.append("The place of the address is unknown, so distance played no part.")
    return said


def _one_site(outcome: Outcome, sites: Mapping[int, Candidate], asked: int) -> str:
    (part,) = outcome.parts
    units, name = _units(part), sites[part.site_id].name
    what = f"all {count(asked, 'unit')}" if units == asked else f"{count(units, 'unit')} of {asked}"
    if units == asked == 1:
        what = "the unit"
    return f"{name} sends {what} in one parcel{_far(_verdict(outcome, part.site_id))}."


def _who_sends(outcome: Outcome, inputs: Inputs, sites: Mapping[int, Candidate]) -> str:
    codes = {need.order_line_id: need.sku_code for need in inputs.needs}
    return "".join(
        f" {sites[part.site_id].name} sends {_goods(part, codes)}{_far(_verdict(outcome, part.site_id))}."
        for part in outcome.parts
    )


def _why(outcome: Outcome) -> list[str]:
    if outcome.rule == "parcels":
        return ["Other sites could have sent the same units, but in more parcels: “fewest parcels” decided."]
    if outcome.rule in ("distance", "priority", "code"):
        what = "site could" if len(outcome.parts) == 1 else "pair or group of sites could"
        return [f"Another {what} have sent as much in as few parcels: “{RULES[outcome.rule]}” decided."]
    if outcome.rule == "units":
        return ["The rule set allows no more parcels; these sites reach the most units."]
    if outcome.rule == "greedy":
        return ["So many sites hold these goods that the most useful was taken first, then the next."]
    return []


def _rows(outcome: Outcome, sites: Mapping[int, Candidate], asked: int) -> list[Row]:
    chosen = [_verdict(outcome, part.site_id) for part in outcome.parts]
    rows = []
    if chosen:
        sent = sum(_units(part) for part in outcome.parts)
        names = " + ".join(_label(sites[verdict.site_id]) for verdict in chosen)
        far = [verdict.distance_m for verdict in chosen if verdict.distance_m is not None]
        distance = _km(sum(far)) if far else None
        rows.append(Row(name=names, units=sent, asked=asked, distance_km=distance, outcome="Chosen", state="chosen"))
    left = [verdict for verdict in outcome.considered if len(chosen) > 1 or verdict.why != "chosen"]
    ordered = sorted(left, key=lambda verdict: (_is_out(verdict), -verdict.units, verdict.distance_m or 0))
    return rows + [_row(verdict, sites[verdict.site_id], outcome, asked) for verdict in ordered]


def _row(verdict: Verdict, site: Candidate, outcome: Outcome, asked: int) -> Row:
    return Row(
        name=_label(site) + (" alone" if verdict.why == "chosen" else ""),
        units=verdict.units,
        asked=asked,
        distance_km=None if verdict.distance_m is None else _km(verdict.distance_m),
        outcome=_outcome(verdict, outcome, asked),
        state="out" if _is_out(verdict) else "passed",
    )


def _outcome(verdict: Verdict, outcome: Outcome, asked: int) -> str:
    if _is_out(verdict):
        return f"Out: {REASONS.get(verdict.why, verdict.why.replace('_', ' '))}"
    sent = sum(_units(part) for part in outcome.parts)
    if verdict.units < sent:
        return f"Holds {verdict.units} of {asked}"
    nearest = _verdict(outcome, outcome.parts[0].site_id)
    if verdict.distance_m is not None and nearest.distance_m is not None and verdict.distance_m > nearest.distance_m:
        return f"{_km(verdict.distance_m - nearest.distance_m):,} km farther"
    return "Same distance, later by priority or code"


def _verdict(outcome: Outcome, site_id: int) -> Verdict:
    return next(verdict for verdict in outcome.considered if verdict.site_id == site_id)


def _goods(part: Part, codes: Mapping[int, str]) -> str:
    return ", ".join(f"{portion.quantity} × {codes[portion.order_line_id]}" for portion in part.portions)


def _lines(inputs: Inputs, outcome: Outcome) -> str:
    codes = {need.order_line_id: need.sku_code for need in inputs.needs}
    return ", ".join(f"{units} × {codes[line]}" for line, units in outcome.backordered)


def count(number: int, noun: str) -> str:
    """``one unit``, ``four units``, ``13 units``."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return f"{words[number] if number < len(words) else f'{number:,}'} {noun}{'' if number == 1 else 's'}"


def _units(part: Part) -> int:
    return sum(portion.quantity for portion in part.portions)


def _far(verdict: Verdict) -> str:
    return "" if verdict.distance_m is None else f", {_km(verdict.distance_m):,} km away"


def _km(metres: int) -> int:
    return (metres + 500) // 1000


def _label(site: Candidate) -> str:
    return f"{site.code} {site.name}"


def _is_out(verdict: Verdict) -> bool:
    return verdict.why not in ("chosen", "passed")


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
