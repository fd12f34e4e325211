"""When everything was last verified, and what was found."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class LastCheck:
    began_at: datetime
    ended_at: datetime
    findings: int


def write(session: Session, check: LastCheck) -> None:
    session.execute(
        text("INSERT INTO verify_runs (began_at, ended_at, findings) VALUES (:began_at, :ended_at, :findings)"),
        vars(check),
    )


def last(session: Session) -> LastCheck | None:
    row = session.execute(
        text("SELECT began_at, ended_at, findings FROM verify_runs ORDER BY id DESC LIMIT 1")
    ).one_or_none()
    return LastCheck(**row._mapping) if row else None
