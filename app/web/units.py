"""Where the units of a line stand, as pieces of a bar that is 120 wide."""

from collections.abc import Mapping
from dataclasses import dataclass

WIDTH, GAP = 120.0, 1.2
MOST_SINGLE = 12
ORDER = ("delivered", "shipped", "packed", "picked", "allocated", "backordered", "open", "cancelled", "returned")


@dataclass(frozen=True)
class Piece:
    unit: str
    x: str
    width: str


@dataclass(frozen=True)
class Bar:
    pieces: tuple[Piece, ...]
    words: tuple[tuple[str, int], ...]


def units_bar(counts: Mapping[str, int], ordered: int = 0) -> Bar:
    """Up to a dozen units each have a piece; beyond that, each state has one. What is not counted is open."""
    known = {unit: counts.get(unit, 0) for unit in ORDER}
    known["open"] += max(ordered - sum(known.values()), 0)
    words = tuple((unit, count) for unit, count in known.items() if count > 0)
    total = sum(count for _, count in words)
    single = [(unit, 1) for unit, count in words for _ in range(count)]
    return Bar(_pieces(single if total <= MOST_SINGLE else list(words), total), words)


def _pieces(sizes: list[tuple[str, int]], total: int) -> tuple[Piece, ...]:
    if not sizes:
        return ()
    step = (WIDTH - GAP * (len(sizes) - 1)) / total
    pieces, x = [], 0.0
    for unit, size in sizes:
        pieces.append(Piece(unit, f"{x:.2f}", f"{step * size:.2f}"))
        x += step * size + GAP
    return tuple(pieces)
