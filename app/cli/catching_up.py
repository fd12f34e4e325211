"""Figures right after a command: the sums are brought up to date first, by whoever comes first."""

import time

from sqlalchemy.orm import Session

from app.kernel import feed
from app.kernel.uow import run
from app.workflows.count_sales import READER

SECONDS = 60.0
PAUSE = 0.1
AT_ONCE = 2_000


def catch_up() -> None:
    """Reads on beside the workers of a running instance up to what is committed now; gives up after a minute."""
    ends, mark = time.monotonic() + SECONDS, run(feed.mark)
    while not run(lambda session: _is_positioned(session, mark)) and time.monotonic() < ends:
        time.sleep(PAUSE)
    while run(_lags) and time.monotonic() < ends:
        if not run(_read_on):
            time.sleep(PAUSE)


def _is_positioned(session: Session, mark: str) -> bool:
    feed.position_events(session)
    return feed.has_passed(session, mark)


def _lags(session: Session) -> bool:
    return READER in feed.lagging(session)


def _read_on(session: Session) -> int:
    return feed.consume(session, READER, limit=AT_ONCE)
