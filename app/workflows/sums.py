"""Figures of parts, added up."""

from collections.abc import Mapping
from typing import Any


def add_up(sums: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers by name, and numbers by name within these (net totals by currency)."""
    total = dict(sums)
    for name, value in more.items():
        if isinstance(value, Mapping):
            total[name] = add_up(total.get(name, {}), value)
        else:
            total[name] = total.get(name, 0) + value
    return total
