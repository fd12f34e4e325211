"""ABC classes by consumption value: annual units times unit cost."""

from collections.abc import Mapping

A, B, C = CLASSES = ("A", "B", "C")
WHOLE_BP = 10_000


def classify(values: Mapping[int, int], *, a_bp: int = 8_000, b_bp: int = 9_500) -> dict[int, str]:
    """Class by key. ``values`` are in minor units a year; thresholds are hundredths of a per cent of their sum.

    Ranked from the largest, a key is A while the share of all before and itself is at most ``a_bp``, B up to ``b_bp``,
    else C. The largest of all is A whatever its share, and what is not consumed is C. Equal values go by key.
    """
    total = sum(values.values())
    classes: dict[int, str] = {}
    reached = 0
    for key, value in sorted(values.items(), key=lambda item: (-item[1], item[0])):
        reached += value
        if value <= 0:
            classes[key] = C
        elif not classes or reached * WHOLE_BP <= a_bp * total:
            classes[key] = A
        else:
            classes[key] = B if reached * WHOLE_BP <= b_bp * total else C
    return classes
