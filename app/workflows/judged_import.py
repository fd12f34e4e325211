"""What taking the rows of a file in would do, row by row: asked by the dry run, and again by the run itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.imports import staging
from app.imports.models import Import
from app.imports.rows import Reason
from app.imports.staging import Group, Result
from app.kernel.actor import Actor
from app.kernel.errors import DomainError

NEW, CHANGED, SAME, REPLACED = "new", "changed", "same", "replaced"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """``result`` is new, changed or same unless there are reasons against it. ``work`` is what is to be written, None
    for nothing; ``figures`` are added up over the file.
    """

    group: Group
    result: str = SAME
    said: str = ""
    reasons: tuple[Reason, ...] = ()
    work: Any = None
    figures: Mapping[str, int] = field(default_factory=dict)

    @property
    def lines(self) -> list[int]:
        return [row.line for row in self.group.rows]


Judge = Callable[[Session, Import, Sequence[Group]], list[Judged]]
Write = Callable[[Session, Import, Sequence[Any], Actor], None]


@dataclass(frozen=True)
class Kind:
    """``at_once`` rows are taken in by one transaction."""

    judge: Judge
    write: Write
    at_once: int = 2_000


def look_at(session: Session, row: Import, groups: Sequence[Group], *, kind: Kind) -> dict[str, int]:
    """The dry run of some rows: results and reasons are written beside them; answers what to add up."""
    judged = kind.judge(session, row, groups)
    _write_down(session, row, judged)
    return _figures(judged)


def take_in(session: Session, row: Import, groups: Sequence[Group], *, kind: Kind, actor: Actor) -> dict[str, int]:
    """Judge the rows by what is so now, and write those that nothing speaks against; answers what to add up."""
    judged = kind.judge(session, row, groups)
    failed = _write(
        session, [one for one in judged if one.work is not None], lambda work: kind.write(session, row, work, actor)
    )
    judged = [failed.get(one.group.number, one) for one in judged]
    _write_down(session, row, judged)
    return _figures(judged)


def _write(session: Session, judged: Sequence[Judged], write: Callable[[Sequence[Any]], None]) -> dict[int, Judged]:
    """All at once; where a rule says no, by halves, so that a row which cannot be taken in is left out alone."""
    if not judged:
        return {}
    try:
        with session.begin_nested():
            write([one.work for one in judged])
    except DomainError as error:
        if len(judged) == 1:
            refused = Judged(group=judged[0].group, reasons=(Reason("", "", str(error)),))
            return {refused.group.number: refused}
    else:
        return {}
    middle = len(judged) // 2
    return _write(session, judged[:middle], write) | _write(session, judged[middle:], write)


def _write_down(session: Session, row: Import, judged: Sequence[Judged]) -> None:
    refused = [(line, reason) for one in judged for reason in one.reasons for line in one.lines]
    if refused:
        staging.reject(session, row.id, refused)
    staging.record(session, row.id, [result for one in judged if not one.reasons for result in _results(one)])


def _results(one: Judged) -> list[Result]:
    """Of several rows about the same thing the last one counts."""
    *former, last = one.lines
    replaced = [Result(line=line, result=REPLACED, said=f"line {last} counts") for line in former]
    return [*replaced, Result(line=last, result=one.result, said=one.said)]


def _figures(judged: Sequence[Judged]) -> dict[str, int]:
    sums = {NEW: 0, CHANGED: 0, SAME: 0, "refused": 0}
    for one in judged:
        sums["refused" if one.reasons else one.result] += len(one.lines) if one.reasons else 1
        for name, value in one.figures.items() if not one.reasons else ():
            sums[name] = sums.get(name, 0) + value
    return sums
