"""Reports as Plotly figures. Colours are not ours: the page's own script reads them from the style sheet."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from app.analytics.asked import SalesRow
from app.analytics.periods import Period
from app.kernel.money import Money, exponent

Link = Callable[[str, SalesRow], str]
LONGEST_LABEL = 22
ROOM_FOR_AMOUNT = 1.55


def over_time(rows: Sequence[SalesRow], before: Sequence[SalesRow], period: Period, link: Link) -> str:
    """A line, and dotted below it the period it is compared with, bucket by bucket; each is named at its end."""
    now = _line(rows, rows, "now", links=[link(period.by, row) for row in rows])
    lines = [*([_line(before, rows, "before")] if before else []), now]
    figure = _figure(lines)
    figure.update_layout(hovermode="x unified", margin_r=60, annotations=_names(lines) if before else [])
    figure.update_xaxes(type="date", tickformat="%e\n%b" if period.by == "day" else "%b\n%Y")
    return written(figure)


def bars(rows: Sequence[SalesRow], by: str, link: Link) -> str:
    """Horizontal bars, the largest at the top, each with its amount at its end."""
    keys, widest = [row.key for row in rows], max((_major(row) for row in rows), default=0)
    bar = go.Bar(
        x=[_major(row) for row in rows],
        y=keys,
        orientation="h",
        text=[amount(row) for row in rows],
        textposition="outside",
        customdata=[link(by, row) for row in rows],
        hovertemplate="%{y}: %{text}<extra></extra>",
        meta={"role": "bars"},
    )
    figure = _figure([bar])
    figure.update_layout(bargap=max(0.35, 1 - len(rows) * 0.16))
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
    figure.update_yaxes(tickmode="array", tickvals=keys, ticktext=[_label(row, by) for row in rows])
    figure.update_xaxes(showticklabels=False, showgrid=False, zeroline=False, range=[0, widest * ROOM_FOR_AMOUNT])
    return written(figure)


def amount(row: SalesRow) -> str:
    return str(Money(row.net_minor, row.currency))


def written(figure: go.Figure) -> str:
    """JSON that can stand in a script element: plotly writes ``<``, ``>`` and ``/`` as escapes."""
    return str(figure.to_json(engine="json"))


def _line(
    rows: Sequence[SalesRow], places: Sequence[SalesRow], role: str, *, links: Sequence[str] | None = None
) -> go.Scatter:
    shown = rows[: len(places)]
    return go.Scatter(
        x=[place.key for place in places[: len(shown)]],
        y=[_major(row) for row in shown],
        name=role.capitalize(),
        mode="lines+markers" if len(shown) < 32 and role == "now" else "lines",
        text=[f"{row.key}: {amount(row)}" for row in shown],
        customdata=links,
        hovertemplate="%{text}<extra></extra>",
        meta={"role": role},
    )


def _figure(traces: Sequence[go.Scatter | go.Bar]) -> go.Figure:
    figure = go.Figure(data=list(traces))
    figure.update_layout(template=go.layout.Template(), showlegend=False, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    figure.update_xaxes(automargin=True, showgrid=False)
    figure.update_yaxes(automargin=True, rangemode="tozero")
    return figure


def _major(row: SalesRow) -> float:
    """Only the height of a mark; what is written beside it comes from ``amount``."""
    return float(row.net_minor / 10 ** exponent(row.currency))


def _label(row: SalesRow, by: str) -> str:
    words = (row.key if by == "sku" else row.name or row.key) or "None"
    return escape(words if len(words) <= LONGEST_LABEL else f"{words[: LONGEST_LABEL - 1]}…")


def _names(lines: Sequence[go.Scatter]) -> list[dict[str, Any]]:
    """``Now`` and ``Before`` where their lines end, kept apart where these meet."""
    ends = [(line.name, line.x[-1], line.y[-1]) for line in lines if line.x]
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
