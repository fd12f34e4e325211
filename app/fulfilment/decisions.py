"""A routing decision as canonical bytes, to be read, explained and decided again later."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.fulfilment.routing import (
    Candidate,
    Destination,
    Need,
    Outcome,
    Part,
    Portion,
    Rules,
    Verdict,
    route,
)
from app.kernel.signing import canonical


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that the router sees; nothing in it names a person."""

    needs: tuple[Need, ...]
    candidates: tuple[Candidate, ...]
    destination: Destination
    rules: Rules

    def decide(self) -> Outcome:
        return route(self.needs, self.candidates, self.destination, self.rules)


def encode(inputs: Inputs) -> bytes:
    """Availability is kept for the SKUs that were asked for; no other can change the outcome."""
    asked = {need.sku_id for need in inputs.needs}
    to, rules = inputs.destination, inputs.rules
    return canonical(
        {
            "needs": [[need.order_line_id, need.sku_id, need.sku_code, need.quantity] for need in inputs.needs],
            "candidates": [_candidate(candidate, asked) for candidate in inputs.candidates],
            "destination": [to.latitude_e6, to.longitude_e6, to.country],
            "rules": [rules.version, rules.max_sites, rules.max_distance_m, rules.across_borders],
        },
        is_plain=True,
    )


def decode(data: bytes) -> Inputs:
    value = json.loads(data)
    return Inputs(
        needs=tuple(Need(*need) for need in value["needs"]),
        candidates=tuple(_candidate_again(candidate) for candidate in value["candidates"]),
        destination=Destination(*value["destination"]),
        rules=Rules(*value["rules"]),
    )


def encode_outcome(outcome: Outcome) -> bytes:
    return canonical(
        {
            "parts": outcome.parts,
            "backordered": outcome.backordered,
            "considered": outcome.considered,
            "rule": outcome.rule,
        },
        is_plain=True,
    )


def decode_outcome(data: bytes) -> Outcome:
    value = json.loads(data)
    return Outcome(
        parts=tuple(Part(site, tuple(Portion(*portion) for portion in portions)) for site, portions in value["parts"]),
        backordered=tuple((line, units) for line, units in value["backordered"]),
        considered=tuple(Verdict(*verdict) for verdict in value["considered"]),
        rule=value["rule"],
    )


def is_reproduced(inputs: bytes, outcome: bytes) -> bool:
    """Whether the stored inputs, decided again today, give the stored outcome byte for byte."""
    return encode_outcome(decode(inputs).decide()) == outcome


def _candidate(candidate: Candidate, asked: set[int]) -> Sequence[Any]:
    available = {str(sku): units for sku, units in candidate.available.items() if sku in asked and units > 0}
    return (
        candidate.site_id,
        candidate.code,
        candidate.name,
        candidate.latitude_e6,
        candidate.longitude_e6,
        candidate.priority,
        candidate.country,
        available,
        candidate.excluded,
    )


def _candidate_again(stored: Sequence[Any]) -> Candidate:
    site_id, code, name, latitude_e6, longitude_e6, priority, country, by_sku, excluded = stored
    available = {int(sku): units for sku, units in by_sku.items()}
    return Candidate(site_id, code, name, latitude_e6, longitude_e6, priority, country, available, excluded)
