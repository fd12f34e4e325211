"""By how many whole packs the lines of a draft are raised until it is worth what the supplier takes at least. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, kw_only=True)
class Share:
    """One line: its units, the supplier's pack, the cost of one unit, and in what proportion it is to grow."""

    units: int
    pack: int
    cost_minor: int
    weight: Fraction

    @property
    def pack_minor(self) -> int:
        return self.pack * self.cost_minor

    def packs_at(self, height: Fraction) -> int:
        """As many as are full when each line has grown to ``height`` times its weight."""
        return int(height * self.weight // self.pack)

    def height_of(self, packs: int) -> Fraction:
        return packs * self.pack / self.weight


def raised(shares: Sequence[Share], least_minor: int) -> list[int]:
    """Units to add to each. All lines grow together by their weights, and whichever pack is full first is added, so
    that one pack fewer would not reach it. None where nothing is missing, or where more units are worth no more."""
    missing = least_minor - sum(one.units * one.cost_minor for one in shares)
    growing = [one for one in shares if one.weight and one.cost_minor]
    if missing <= 0 or not growing:
        return [0] * len(shares)
    packs = iter(_packs(growing, missing))
    return [next(packs) * one.pack if one.weight and one.cost_minor else 0 for one in shares]


def _packs(growing: Sequence[Share], missing: int) -> list[int]:
    low, high = _few_packs_apart(growing, missing)
    packs = [one.packs_at(low) for one in growing]
    left = missing - _worth(growing, packs)
    full = sorted(
        (one.height_of(nth), place)
        for place, one in enumerate(growing)
        for nth in range(packs[place] + 1, one.packs_at(high) + 1)
    )
    for _, place in full:
        if left <= 0:
            break
        packs[place] += 1
        left -= growing[place].pack_minor
    return packs


def _few_packs_apart(growing: Sequence[Share], missing: int) -> tuple[Fraction, Fraction]:
    """Heights below and at which it is reached, halved until so few packs lie between that each can be looked at:
    going up pack by pack could take millions of steps."""
    a_day = sum((one.weight * one.cost_minor for one in growing), Fraction())
    low, high = Fraction(), (missing + sum(one.pack_minor for one in growing)) / a_day
    while sum(one.packs_at(high) - one.packs_at(low) for one in growing) > 2 * len(growing):
        middle = (low + high) / 2
        if _worth(growing, [one.packs_at(middle) for one in growing]) < missing:
            low = middle
        else:
            high = middle
    return low, high


def _worth(growing: Sequence[Share], packs: Sequence[int]) -> int:
    return sum(count * one.pack_minor for count, one in zip(packs, growing, strict=True))
