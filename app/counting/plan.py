"""Which places are due for counting, and in which order: nothing is read or written here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.counting.classes import C


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A bin, or a SKU that lies in none. ``classes`` are those of the SKUs there; ``order`` is the walking order.

    ``was_short`` says that since it was counted last somebody found less there than the book says.
    """

    bin_id: int | None
    sku_id: int | None
    zone: str | None
    classes: frozenset[str]
    counted_at: datetime | None
    was_short: bool = False
    order: tuple[int, str] = (0, "")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """``room`` is how many places may still be asked for; ``abc_class`` or ``zone`` None means any."""

    plan_id: int
    abc_class: str | None
    zone: str | None
    every_days: int
    room: int


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """``plan_id`` None: because units were missing there."""

    plan_id: int | None
    spots: tuple[Spot, ...]


def due(spots: Sequence[Spot], rules: Sequence[Rule], *, now: datetime, most_short: int = 50) -> list[Proposal]:
    """What to count next at one site: where units were missing first, then rule by rule, the longest uncounted first.

    ``spots`` that are being counted already are left out by the caller. No place is proposed twice.
    """
    short = sorted((one for one in spots if one.was_short), key=_age)[:most_short]
    proposals = [Proposal(plan_id=None, spots=_walk(short))] if short else []
    taken = set(short)
    for rule in rules:
        before = now - timedelta(days=rule.every_days)
        ripe = [one for one in spots if one not in taken and _fits(one, rule) and _is_older(one, before)]
        chosen = sorted(ripe, key=_age)[: max(rule.room, 0)]
        if chosen:
            proposals.append(Proposal(plan_id=rule.plan_id, spots=_walk(chosen)))
            taken.update(chosen)
    return proposals


def _fits(spot: Spot, rule: Rule) -> bool:
    """A place counts by the best class that lies there; an empty bin belongs to its zone alone."""
    best = min(spot.classes, default=None)
    return (rule.abc_class is None or best == rule.abc_class) and (rule.zone is None or spot.zone == rule.zone)


def _is_older(spot: Spot, moment: datetime) -> bool:
    return spot.counted_at is None or spot.counted_at <= moment


def _age(spot: Spot) -> tuple[bool, float, str, tuple[int, str]]:
    """Never counted first, then the oldest; among equals the better class."""
    at = spot.counted_at
    return at is not None, at.timestamp() if at else 0.0, min(spot.classes, default=C), spot.order


def _walk(spots: Sequence[Spot]) -> tuple[Spot, ...]:
    return tuple(sorted(spots, key=lambda one: one.order))
