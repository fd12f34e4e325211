"""How far a count may be from the book before it is counted again."""

from dataclasses import dataclass

from app.counting.classes import WHOLE_BP


@dataclass(frozen=True, kw_only=True)
class Rules:
    """``tolerance_units``, or ``tolerance_bp`` hundredths of a per cent of the book, whichever allows more. Above
    ``approval_minor``, at cost, somebody approves.
    """

    tolerance_units: int = 0
    tolerance_bp: int = 0
    approval_minor: int = 0

    def allows(self, *, expected: int, variance: int) -> bool:
        return abs(variance) <= max(self.tolerance_units, expected * self.tolerance_bp // WHOLE_BP)
