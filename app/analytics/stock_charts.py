"""Stock as Plotly figures: see ``charts`` for their style."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from app.analytics.charts import LEAST_ROOM, LONGEST_LABEL, ROOM_PER_SIGN, written
from app.analytics.stock_figures import DayFigures


@dataclass(frozen=True, kw_only=True)
class Bar:
    """``said`` is its value in words, ``url`` where it leads."""

    key: str
    value: float
    said: str
    url: str


def over_days(days: Sequence[DayFigures], heights: Sequence[float], texts: Sequence[str]) -> str:
    """One step per day: stock stands until it moves. ``texts`` are shown under the pointer."""
    line = {
        "type": "scatter",
        "x": [day.day.isoformat() for day in days],
        "y": list(heights),
        "mode": "lines",
        "text": list(texts),
        "hovertemplate": "%{text}<extra></extra>",
        "meta": {"role": "steps"},
    }
    return written([line], {"hovermode": "x unified", "xaxis": {"type": "date", "tickformat": "%e\n%b"}})


def bars(rows: Sequence[Bar]) -> str:
    """Horizontal, in the order given, each with its value in words at its end."""
    keys, widest = [row.key for row in rows], max((row.value for row in rows), default=0)
    bar = {
        "type": "bar",
        "x": [row.value for row in rows],
        "y": keys,
        "orientation": "h",
        "text": [row.said for row in rows],
        "textposition": "outside",
        "customdata": [row.url for row in rows],
        "hovertemplate": "%{y}: %{text}<extra></extra>",
        "meta": {"role": "bars"},
    }
    room = max(LEAST_ROOM, 1 + ROOM_PER_SIGN * max((len(row.said) for row in rows), default=0))
    labels = {"tickmode": "array", "tickvals": keys, "ticktext": [_label(key) for key in keys]}
    return written(
        [bar],
        {
            "bargap": max(0.35, 1 - len(rows) * 0.16),
            "yaxis": {"type": "category", "autorange": "reversed", "showgrid": False, **labels},
            "xaxis": {"showticklabels": False, "zeroline": False, "range": [0, widest * room or 1]},
        },
    )


def _label(key: str) -> str:
    return escape(key if len(key) <= LONGEST_LABEL else f"{key[: LONGEST_LABEL - 1]}…")
