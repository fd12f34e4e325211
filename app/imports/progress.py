"""How far an import is, how fast it goes, how long it may still take."""

from dataclasses import dataclass

from app.imports.models import Import
from app.kernel import clock
from app.kernel.text import counted


@dataclass(frozen=True, kw_only=True)
class Progress:
    """``rows_total`` counts the rows that can be taken in. No speed before the first batch."""

    rows_done: int
    rows_total: int
    per_second: int | None
    seconds_left: int | None

    def __str__(self) -> str:
        said = f"{self.rows_done:,} of {self.rows_total:,} rows"
        if self.per_second is not None:
            said += f", {self.per_second:,} a second"
        if self.seconds_left:
            said += f", about {_duration(self.seconds_left)} left"
        return said


def progress(row: Import) -> Progress:
    total = max(row.rows_total - row.tally.get("check", {}).get("rejected_rows", 0), row.rows_done)
    per_second = None
    if row.rows_done and row.started_at:
        elapsed = ((row.finished_at or clock.now()) - row.started_at).total_seconds()
        per_second = round(row.rows_done / max(elapsed, 0.001))
    left = None
    if per_second and row.state == "running":
        left = -(-(total - row.rows_done) // per_second)
    return Progress(rows_done=row.rows_done, rows_total=total, per_second=per_second, seconds_left=left)


def _duration(seconds: int) -> str:
    if seconds < 60:
        return counted(seconds, "second")
    minutes = -(-seconds // 60)
    return counted(minutes, "minute")
