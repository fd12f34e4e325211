"""Small lines beside key figures, as SVG paths."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, EDGE = 98, 32, 4


@dataclass(frozen=True)
class Spark:
    """A path, and the point where it ends."""

    path: str
    x: str
    y: str


def spark(values: Sequence[int]) -> Spark | None:
    """None where there is no line to draw; a flat line runs along the middle."""
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    points = [(_x(n, len(values)), _y(value, low, high)) for n, value in enumerate(values)]
    return Spark("M" + " L".join(f"{x},{y}" for x, y in points), *points[-1])


def _x(n: int, count: int) -> str:
    return _tenths(10 * EDGE + 10 * n * (WIDTH - 2 * EDGE) // (count - 1))


def _y(value: int, low: int, high: int) -> str:
    room = HEIGHT - 2 * EDGE
    return _tenths(10 * (EDGE + room) - (10 * room * (value - low) // (high - low) if high > low else 5 * room))


def _tenths(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"
