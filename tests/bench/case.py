"""What a case is, what one measurement says, and when a goal is reached."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields
from pathlib import Path
from statistics import median
from typing import TypeAlias

from app.config import Config
from tests.servers import Database, Servers


@dataclass(frozen=True, kw_only=True)
class Lab:
    """What one case works with. ``database`` is a fresh copy of the seeded one; ``folder`` is on the probed disk."""

    servers: Servers
    database: Database
    folder: Path
    environment: Mapping[str, str]
    api_key: str
    rounds: int
    seconds: float

    @property
    def config(self) -> Config:
        return Config.from_environment(self.environment)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One side of one round. CPU and WAL are per piece of work (an order, a mail, a page); ``web_ms`` is CPU of
    whatever does the work outside of PostgreSQL, ``load_share`` the load generator's share of all CPU used."""

    rate: float
    p50_ms: float | None = None
    p99_ms: float | None = None
    web_ms: float | None = None
    postgres_ms: float | None = None
    wal_bytes: float | None = None
    load_share: float | None = None
    extra: Mapping[str, float] = field(default_factory=dict)


Sides: TypeAlias = Mapping[str, Callable[[], Sample]]
Medians: TypeAlias = Mapping[str, Sample]


@dataclass(frozen=True)
class Goal:
    """``says`` names the value in the table. With ``limit`` the value must stay below, else reach above."""

    says: str
    value: Callable[[Medians], float]
    reach: float
    aim: float
    limit: bool = False

    def is_reached(self, value: float) -> bool:
        return value <= self.reach if self.limit else value >= self.reach

    def is_met(self, value: float) -> bool:
        return value <= self.aim if self.limit else value >= self.aim


@dataclass(frozen=True, kw_only=True)
class Case:
    """``shows`` are the names of ``Sample.extra`` that the table prints. ``rounds`` replaces the usual number."""

    name: str
    goals: Sequence[Goal]
    open: Callable[[Lab], AbstractContextManager[Sides]]
    check: Callable[[Lab], None]
    shows: Sequence[str] = ()
    rounds: int | None = None


def median_of(samples: Sequence[Sample]) -> Sample:
    """Figure by figure."""
    plain = [one.name for one in fields(Sample) if one.name != "extra"]
    names = dict.fromkeys(name for sample in samples for name in sample.extra)
    return Sample(
        **{name: _median([getattr(sample, name) for sample in samples]) for name in plain},  # type: ignore[arg-type]
        extra={name: median(sample.extra[name] for sample in samples if name in sample.extra) for name in names},
    )


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
