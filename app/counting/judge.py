"""What a count that is handed in leads to: nothing is read or written here."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.counting.tolerance import Rules


@dataclass(frozen=True, kw_only=True)
class Seen:
    """``expected`` is the book at the moment when the shelf was counted; ``cost_minor`` None means unknown.

    Where numbers were counted, ``gone`` are those that the book had there and nobody saw, ``came`` those that were seen
    and it did not have there. ``knew_book``: whoever counted it also began the count, where the book was shown.
    """

    line_id: int
    expected: int
    counted: int
    is_recount: bool
    cost_minor: int | None
    gone: int = 0
    came: int = 0
    knew_book: bool = False

    @property
    def variance(self) -> int:
        return self.counted - self.expected

    @property
    def off(self) -> int:
        """Units that are not what the book says: another unit in the place of one that is gone counts twice."""
        return self.gone + abs(self.variance + self.gone)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``recount`` are lines for somebody else; ``value_minor`` is what all differences come to, counted upwards."""

    recount: frozenset[int]
    needs_approval: bool
    value_minor: int


def judge(seen: Sequence[Seen], rules: Rules) -> Verdict:
    """A recount decides, so only first counts can lead to one. A difference without a known cost is never worth little
    enough to go without approval, unless it is within the tolerance. The tolerance is for slips of who did not
    know the book: where somebody did, another one looks at every difference, and at every number that came: its unit
    is taken off where the book has it, though as many lie here as the book says."""
    beyond = [one for one in seen if not rules.allows(expected=one.expected, variance=one.off)]
    doubtful = [*beyond, *(one for one in seen if one.knew_book and (one.off or one.came))]
    value = sum(one.off * (one.cost_minor or 0) for one in seen)
    is_unknown = any(one.cost_minor is None for one in beyond)
    return Verdict(
        recount=frozenset(one.line_id for one in doubtful if not one.is_recount),
        needs_approval=value > rules.approval_minor or is_unknown,
        value_minor=value,
    )
