"""Which waiting units rest on which supply that is still to come: a pure decision, first come first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Units of an order line that have no stock yet. ``expected_on`` is the day its last promise rested on, if any."""

    order_line_id: int
    quantity: int
    expected_on: date | None = None

    def is_short_of(self, pegged: int) -> bool:
        return self.expected_on is not None and pegged < self.quantity


@dataclass(frozen=True, kw_only=True)
class Supply:
    """``free`` units of it may be pegged; it comes on ``expected_on``."""

    id: int
    free: int
    expected_on: date


@dataclass(frozen=True, kw_only=True)
class Peg:
    """Units of a line that rest on a supply, and the day it was expected on when that was said."""

    order_line_id: int
    incoming_id: int
    quantity: int
    promised_on: date


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """``is_hurt``: somebody who was promised a day had lost supply for it."""

    pegs: tuple[Peg, ...]
    is_hurt: bool

    def of(self, order_line_id: int) -> list[Peg]:
        return self.by_line.get(order_line_id, [])

    @cached_property
    def by_line(self) -> dict[int, list[Peg]]:
        found: dict[int, list[Peg]] = {}
        for peg in self.pegs:
            found.setdefault(peg.order_line_id, []).append(peg)
        return found


def arrange(
    waiting: Sequence[Waiting], supplies: Sequence[Supply], pegs: Sequence[Peg], *, may_move_up: bool = True
) -> Arrangement:
    """Peg waiting units, given in the order in which they came, to the earliest supply that is free.

    Whose promise names the earlier day goes before who came earlier: what is promised is kept. Overdue supply is not
    among ``supplies``. Where a supply slipped, shrank or went, only the lines that rested on it are pegged anew, lest
    others pay for it; else everybody may move up to an earlier one, which makes nobody's promise worse.
    """
    needs = sorted(waiting, key=lambda line: line.expected_on or date.max)
    known = {supply.id: supply for supply in supplies}
    sound = [peg for peg in pegs if peg.incoming_id in known and known[peg.incoming_id].expected_on <= peg.promised_on]
    is_hurt = _is_hurt(needs, sound)
    kept = _kept(needs, sound, known) if is_hurt or not may_move_up else []
    return Arrangement(pegs=tuple(_pegged(needs, supplies, kept, pegs)), is_hurt=is_hurt)


def _is_hurt(needs: Sequence[Waiting], sound: Sequence[Peg]) -> bool:
    """Whether somebody who was promised a day no longer has all the supply for it."""
    pegged: dict[int, int] = {}
    for peg in sound:
        pegged[peg.order_line_id] = pegged.get(peg.order_line_id, 0) + peg.quantity
    return any(line.is_short_of(pegged.get(line.order_line_id, 0)) for line in needs)


def _kept(needs: Sequence[Waiting], sound: Sequence[Peg], known: dict[int, Supply]) -> list[Peg]:
    """Pegs that stay: no more than the line needs (what comes latest is given up), no more than the supply has."""
    left = {line.order_line_id: line.quantity for line in needs}
    free = {supply.id: supply.free for supply in known.values()}
    kept = []
    for peg in sorted(sound, key=lambda peg: (known[peg.incoming_id].expected_on, peg.incoming_id, peg.order_line_id)):
        units = min(peg.quantity, left.get(peg.order_line_id, 0), free[peg.incoming_id])
        if units:
            left[peg.order_line_id] -= units
            free[peg.incoming_id] -= units
            kept.append(replace(peg, quantity=units))
    return kept


def _pegged(
    needs: Sequence[Waiting], supplies: Sequence[Supply], kept: Sequence[Peg], before: Sequence[Peg]
) -> list[Peg]:
    """What is kept, and for what else is needed the earliest that is free; of one day, what the line had already."""
    free = {supply.id: supply.free for supply in supplies}
    held: dict[int, dict[int, int]] = {line.order_line_id: {} for line in needs}
    for peg in kept:
        held[peg.order_line_id][peg.incoming_id] = peg.quantity
        free[peg.incoming_id] -= peg.quantity
    had = {(peg.order_line_id, peg.incoming_id) for peg in before}
    for line in needs:
        mine = held[line.order_line_id]
        missing = line.quantity - sum(mine.values())
        open_ = [supply for supply in supplies if missing and free[supply.id]]
        for supply in sorted(open_, key=lambda one: (one.expected_on, (line.order_line_id, one.id) not in had, one.id)):
            if units := min(missing, free[supply.id]):
                mine[supply.id] = mine.get(supply.id, 0) + units
                free[supply.id] -= units
                missing -= units
    days = {supply.id: supply.expected_on for supply in supplies}
    return [
        Peg(order_line_id=line, incoming_id=id, quantity=units, promised_on=days[id])
        for line, mine in held.items()
        for id, units in mine.items()
    ]
