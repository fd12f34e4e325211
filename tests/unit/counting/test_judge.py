"""What a count that is handed in leads to."""

import pytest

from app.counting.judge import Seen, Verdict, judge
from app.counting.tolerance import Rules


def seen(counted: int, *, expected: int = 100, cost: int | None = 10, id: int = 1, **more: int) -> Seen:
    return Seen(line_id=id, expected=expected, counted=counted, cost_minor=cost, **{"is_recount": False, **more})


@pytest.mark.parametrize(
    ("units", "bp", "expected", "variance", "is_allowed"),
    [
        (0, 0, 10, 0, True),
        (0, 0, 10, 1, False),
        (2, 0, 10, -2, True),
        (2, 0, 10, -3, False),
        (0, 500, 100, 5, True),
        (0, 500, 100, 6, False),
        (0, 500, 19, 1, False),
        (1, 500, 100, 4, True),
        (1, 500, 0, 1, True),
        (0, 500, 0, 1, False),
    ],
)
def test_the_tolerance_is_whichever_of_the_two_allows_more(units, bp, expected, variance, is_allowed):
    rules = Rules(tolerance_units=units, tolerance_bp=bp)

    assert rules.allows(expected=expected, variance=variance) is is_allowed


@pytest.mark.parametrize(
    ("found", "rules", "verdict"),
    [
        ([seen(100)], Rules(), Verdict(recount=frozenset(), needs_approval=False, value_minor=0)),
        ([seen(98)], Rules(), Verdict(recount=frozenset({1}), needs_approval=True, value_minor=20)),
        (
            [seen(98, is_recount=True)],
            Rules(approval_minor=20),
            Verdict(recount=frozenset(), needs_approval=False, value_minor=20),
        ),
        (
            [seen(98, is_recount=True), seen(101, id=2)],
            Rules(tolerance_units=1, approval_minor=20),
            Verdict(recount=frozenset(), needs_approval=True, value_minor=30),
        ),
        (
            [seen(98, is_recount=True, cost=None)],
            Rules(approval_minor=10**9),
            Verdict(recount=frozenset(), needs_approval=True, value_minor=0),
        ),
        (
            [seen(98, cost=None)],
            Rules(tolerance_units=2),
            Verdict(recount=frozenset(), needs_approval=False, value_minor=0),
        ),
        (
            [seen(99, knew_book=True, cost=None), seen(99, id=2), seen(100, id=3, knew_book=True)],
            Rules(tolerance_units=2, approval_minor=10),
            Verdict(recount=frozenset({1}), needs_approval=False, value_minor=10),
        ),
        (
            [seen(99, knew_book=True, is_recount=True)],
            Rules(tolerance_units=2, approval_minor=10),
            Verdict(recount=frozenset(), needs_approval=False, value_minor=10),
        ),
        (
            [seen(100, knew_book=True, came=1), seen(100, id=2, came=1), seen(100, id=3, knew_book=True)],
            Rules(tolerance_units=2),
            Verdict(recount=frozenset({1}), needs_approval=False, value_minor=0),
        ),
        (
            [seen(100, knew_book=True, came=1, is_recount=True)],
            Rules(),
            Verdict(recount=frozenset(), needs_approval=False, value_minor=0),
        ),
    ],
    ids=[
        "nothing",
        "beyond",
        "recount decides",
        "sums upwards",
        "unknown cost",
        "unknown within tolerance",
        "knew the book",
        "recounted",
        "knew the book and named a number",
        "number recounted",
    ],
)
def test_verdicts(found, rules, verdict):
    assert judge(found, rules) == verdict
