"""Reports as Plotly figures. Colours are not ours: the page's own script reads them from the style sheet.

Figures are plain mappings in Plotly's own terms: its classes check each value against the schema, which takes longer
than all the queries of the page; the tests check them instead.
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, TypeAlias

import plotly.io

from app.analytics.asked import SalesRow
from app.analytics.periods import Period
from app.kernel.money import Money, exponent

Link: TypeAlias = Callable[[str, SalesRow], str]
Trace: TypeAlias = Mapping[str, Any]
LONGEST_LABEL = 22
LEAST_ROOM, ROOM_PER_SIGN = 1.55, 0.06
MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}


def over_time(rows: Sequence[SalesRow], before: Sequence[SalesRow], period: Period, link: Link) -> str:
    """A line, and dotted below it the period it is compared with, bucket by bucket; each is named at its end."""
    now = _line(rows, rows, "now", links=[link(period.by, row) for row in rows])
    lines = [*([_line(before, rows, "before")] if before else []), now]
    return written(
        lines,
        {
            "hovermode": "x unified",
            "margin": {**MARGIN, "r": 60},
            "annotations": _names(lines) if before else [],
            "xaxis": {"type": "date", "tickformat": "%e\n%b" if period.by == "day" else "%b\n%Y"},
        },
    )


def bars(rows: Sequence[SalesRow], by: str, link: Link) -> str:
    """Horizontal bars, the largest at the top, each with its amount at its end."""
    keys, widest = [row.key for row in rows], max((_major(row) for row in rows), default=0)
    bar = {
        "type": "bar",
        "x": [_major(row) for row in rows],
        "y": keys,
        "orientation": "h",
        "text": [amount(row) for row in rows],
        "textposition": "outside",
        "customdata": [link(by, row) for row in rows],
        "hovertemplate": "%{y}: %{text}<extra></extra>",
        "meta": {"role": "bars"},
    }
    labels = {"tickmode": "array", "tickvals": keys, "ticktext": [_label(row, by) for row in rows]}
    room = max(LEAST_ROOM, 1 + ROOM_PER_SIGN * max((len(amount(row)) for row in rows), default=0))
    across = {"showticklabels": False, "zeroline": False, "range": [0, widest * room]}
    return written(
        [bar],
        {
            "bargap": max(0.35, 1 - len(rows) * 0.16),
            "yaxis": {"type": "category", "autorange": "reversed", "showgrid": False, **labels},
            "xaxis": across,
        },
    )


def amount(row: SalesRow) -> str:
    return str(Money(row.net_minor, row.currency))


def written(traces: Sequence[Trace], layout: Mapping[str, Any]) -> str:
    """JSON that can stand in a script element: plotly writes ``<``, ``>`` and ``/`` as escapes."""
    figure = {
        "data": list(traces),
        "layout": {
            "template": {},
            "showlegend": False,
            "margin": MARGIN,
            **layout,
            "xaxis": {"automargin": True, "showgrid": False, **layout["xaxis"]},
            "yaxis": {"automargin": True, "rangemode": "tozero", **layout.get("yaxis", {})},
        },
    }
    return str(plotly.io.to_json(figure, validate=False, engine="json"))


def _line(
    rows: Sequence[SalesRow], places: Sequence[SalesRow], role: str, *, links: Sequence[str] | None = None
) -> Trace:
    shown = rows[: len(places)]
    return {
        "type": "scatter",
        "x": [place.key for place in places[: len(shown)]],
        "y": [_major(row) for row in shown],
        "name": role.capitalize(),
        "mode": "lines+markers" if len(shown) < 32 and role == "now" else "lines",
        "text": [f"{row.key}: {amount(row)}" for row in shown],
        "hovertemplate": "%{text}<extra></extra>",
        "meta": {"role": role},
        **({} if links is None else {"customdata": links}),
    }


def _major(row: SalesRow) -> float:
    """Only the height of a mark; what is written beside it comes from ``amount``."""
    return float(row.net_minor / 10 ** exponent(row.currency))


def _label(row: SalesRow, by: str) -> str:
    words = (row.key if by == "sku" else row.name or row.key) or "None"
    return escape(words if len(words) <= LONGEST_LABEL else f"{words[: LONGEST_LABEL - 1]}…")


def _names(lines: Sequence[Trace]) -> list[dict[str, Any]]:
    """``Now`` and ``Before`` where their lines end, kept apart where these meet."""
    ends = [(line["name"], line["x"][-1], line["y"][-1]) for line in lines if line["x"]]
    highest = max((y for _, _, y in ends), default=0)
    return [
        {
            "x": x,
            "y": y,
            "text": name,
            "xanchor": "left",
            "showarrow": False,
            "xshift": 6,
            "yshift": 7 if y == highest else -7,
        }
        for name, x, y in ends
    ]
