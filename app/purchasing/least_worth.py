"""By how much the lines of a draft are raised to what its supplier takes at least, of each and in all. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction


@dataclass(frozen=True, kw_only=True)
class Share:
    """One line: its units, the supplier's pack and fewest units, the cost of one, and in what proportion it is to grow.

    Where its units are no whole packs, the first step fills the one that was begun.
    """

    units: int
    pack: int
    cost_minor: int
    weight: Fraction
    least: int = 1

    @property
    def lacking(self) -> int:
        """Units that fill it up, in whole packs, to the fewest that are taken."""
        return max(0, -(-self.least // self.pack) * self.pack - self.units) if self.units < self.least else 0

    def after(self, steps: int) -> int:
        """Units that so many steps add."""
        return max(0, steps * self.pack - self.units % self.pack)

    def steps_at(self, height: Fraction) -> int:
        """As many as are full when each line has grown to ``height`` times its weight."""
        return int((height * self.weight + self.units % self.pack) // self.pack)

    def height_of(self, steps: int) -> Fraction:
        return self.after(steps) / self.weight


def raised(shares: Sequence[Share], least_minor: int) -> list[int]:
    """Units to add to each. First each gets the fewest that are taken of it. Then all lines grow together by their
    weights, and whichever pack is full first is added, so that one pack fewer would not reach ``least_minor``: none
    where nothing is missing, or where more units are worth no more."""
    filled = [replace(one, units=one.units + one.lacking) for one in shares]
    return [one.lacking + more for one, more in zip(shares, _grown(filled, least_minor), strict=True)]


def _grown(shares: Sequence[Share], least_minor: int) -> list[int]:
    missing = least_minor - sum(one.units * one.cost_minor for one in shares)
    growing = [one for one in shares if one.weight and one.cost_minor]
    if missing <= 0 or not growing:
        return [0] * len(shares)
    steps = iter(_steps(growing, missing))
    return [one.after(next(steps)) if one.weight and one.cost_minor else 0 for one in shares]


def _steps(growing: Sequence[Share], missing: int) -> list[int]:
    low, high = _few_steps_apart(growing, missing)
    steps = [one.steps_at(low) for one in growing]
    left = missing - _worth(growing, steps)
    full = sorted(
        (one.height_of(nth), place)
        for place, one in enumerate(growing)
        for nth in range(steps[place] + 1, one.steps_at(high) + 1)
    )
    for _, place in full:
        if left <= 0:
            break
        one = growing[place]
        left -= (one.after(steps[place] + 1) - one.after(steps[place])) * one.cost_minor
        steps[place] += 1
    return steps


def _few_steps_apart(growing: Sequence[Share], missing: int) -> tuple[Fraction, Fraction]:
    """Heights below and at which it is reached, halved until so few steps lie between that each can be looked at:
    going up pack by pack could take millions of steps."""
    a_day = sum((one.weight * one.cost_minor for one in growing), Fraction())
    low, high = Fraction(), (missing + sum(one.pack * one.cost_minor for one in growing)) / a_day
    while sum(one.steps_at(high) - one.steps_at(low) for one in growing) > 2 * len(growing):
        middle = (low + high) / 2
        if _worth(growing, [one.steps_at(middle) for one in growing]) < missing:
            low = middle
        else:
            high = middle
    return low, high


def _worth(growing: Sequence[Share], steps: Sequence[int]) -> int:
    return sum(one.after(count) * one.cost_minor for count, one in zip(steps, growing, strict=True))
