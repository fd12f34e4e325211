"""Available to promise over time: a pure decision over dated supply and demand.

Two figures are given. *Period ATP* is a period's supply less its demand; where that is below zero, earlier surplus is
consumed, the nearest first. *Cumulative ATP* is the least balance of this and all later periods: what can be given away
without taking it from anybody, and what our own promises go by. All quantities are units, all days calendar days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Units that come, or are wanted, on a day. ``id`` says which supply it is; 0 for demand."""

    on: date
    quantity: int
    id: int = 0


@dataclass(frozen=True, kw_only=True)
class Period:
    """From ``starts_on`` until the next begins. ``projected`` is on hand at its end, below zero where it cannot be."""

    starts_on: date
    supply: int
    demand: int
    projected: int
    own_atp: int
    atp: int
    cumulative: int


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """``overdue`` units should have come before the first day: nobody knows when they will, so they count nowhere.

    ``beyond`` come after the horizon and count nowhere either.
    """

    periods: tuple[Period, ...]
    ends_on: date
    overdue: int = 0
    beyond: int = 0

    def earliest(self, quantity: int) -> Period | None:
        """The first period from whose start on so many are never needed by anybody else; None within this horizon."""
        return next((period for period in self.periods if period.cumulative >= quantity), None)

    def by_period(self, quantity: int, wanted_on: date) -> Period | None:
        """How period ATP answers: the last period up to the wanted day that has so many, else the first after it."""
        before = [period for period in self.periods if period.starts_on <= wanted_on]
        after = self.periods[len(before) :]
        return next((period for period in (*reversed(before), *after) if period.atp >= quantity), None)


def outlook(
    starts: Sequence[date], *, ends_on: date, opening: int, supply: Sequence[Flow], demand: Sequence[Flow]
) -> Outlook:
    """Periods that begin on these ascending days, the last ending with the day ``ends_on``.

    ``opening`` units are there now. Demand from before the first day is wanted on it; demand beyond the horizon is
    left out with the supply that would serve it.
    """
    known = [flow for flow in supply if starts[0] <= flow.on <= ends_on]
    wanted = [flow for flow in demand if flow.on <= ends_on]
    came, went = _sums(starts, known), _sums(starts, wanted)
    came_at_all = [came[0] + opening, *came[1:]]
    own = [got - gone for got, gone in zip(came_at_all, went, strict=True)]
    projected = list(accumulate(own))
    cumulative = list(accumulate(reversed(projected), min))[::-1]
    figures = zip(starts, came, went, projected, own, _consumed(own), cumulative, strict=True)
    return Outlook(
        ends_on=ends_on,
        periods=tuple(Period(**dict(zip(FIELDS, each, strict=True))) for each in figures),
        overdue=sum(flow.quantity for flow in supply if flow.on < starts[0]),
        beyond=sum(flow.quantity for flow in supply if flow.on > ends_on),
    )


def weeks(today: date, count: int) -> list[date]:
    """Today, and the Mondays after it."""
    monday = today - timedelta(days=today.weekday())
    return [today, *(monday + timedelta(weeks=number) for number in range(1, count))]


def days_of_change(today: date, flows: Sequence[Flow]) -> list[date]:
    """Today, and the later days on which something comes or is wanted: an exact answer needs no others."""
    return sorted({today, *(flow.on for flow in flows if flow.on > today)})


def _sums(starts: Sequence[date], flows: Sequence[Flow]) -> list[int]:
    sums = dict.fromkeys(starts, 0)
    ascending, at = sorted(flows, key=lambda flow: flow.on), 0
    for flow in ascending:
        while at + 1 < len(starts) and starts[at + 1] <= flow.on:
            at += 1
        sums[starts[at]] += flow.quantity
    return list(sums.values())


def _consumed(own: Sequence[int]) -> list[int]:
    """Each period that lacks units takes them from what earlier ones have left, the nearest first."""
    left = list(own)
    for at in range(len(left)):
        for earlier in range(at - 1, -1, -1):
            if left[at] >= 0:
                break
            taken = min(-left[at], max(left[earlier], 0))
            left[earlier] -= taken
            left[at] += taken
    return left


FIELDS = ("starts_on", "supply", "demand", "projected", "own_atp", "atp", "cumulative")
