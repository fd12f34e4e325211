"""ABC classes by consumption value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.counting.classes import CLASSES, classify

VALUES = st.dictionaries(st.integers(1, 60), st.integers(0, 10_000), max_size=60)


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ({1: 70, 2: 10, 3: 15, 4: 5}, {1: "A", 2: "B", 3: "B", 4: "C"}),
        ({1: 40, 2: 40, 3: 15, 4: 5}, {1: "A", 2: "A", 3: "B", 4: "C"}),
        ({1: 100}, {1: "A"}),
        ({1: 99, 2: 1}, {1: "A", 2: "C"}),
        ({1: 0, 2: 0}, {1: "C", 2: "C"}),
        ({7: 50, 3: 50}, {3: "A", 7: "C"}),
        ({}, {}),
    ],
)
def test_classes_as_worked_out_by_hand(values, classes):
    """The first: ranked 70, 15, 10, 5 their shares reach 70, 85, 95 and 100 per cent."""
    assert classify(values) == classes


def test_thresholds_are_the_companys_own():
    values = {1: 60, 2: 30, 3: 10}

    assert classify(values, a_bp=9_000, b_bp=10_000) == {1: "A", 2: "A", 3: "B"}


@given(VALUES)
def test_every_key_has_a_class_and_a_larger_value_never_a_worse_one(values):
    found = classify(values)

    assert found.keys() == values.keys()
    ranked = sorted(values, key=lambda key: (-values[key], key))
    letters = [found[key] for key in ranked]
    assert letters == sorted(letters)
    assert set(letters) <= set(CLASSES)


@given(VALUES)
def test_what_is_a_comes_to_no_more_than_its_share_unless_it_is_the_largest_alone(values):
    chosen = [values[key] for key, letter in classify(values).items() if letter == "A"]

    assert len(chosen) <= 1 or sum(chosen) * 100 <= 80 * sum(values.values())
