"""Orders of several callers in one transaction: each gets its own answer, and none pays for another's trouble."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from app.config import Config
from app.kernel import driver, logs, uow
from app.kernel.actor import SYSTEM
from app.kernel.batches import bisect, is_nobodys_fault
from app.kernel.errors import DomainError
from app.orders.turns import turns
from app.orders.values import OrderRequest, Placement
from app.staff import api_keys
from app.web import outages
from app.web.api.problems import BUSY, Refused
from app.web.intake_gate import Gate, GateFull
from app.workflows.place_orders import place_orders, placement_reads

log = logs.logger(__name__)

# How long a batch may wait for locks: in company, so that one key in flight elsewhere does not keep strangers; aside,
# where only those wait who had to before; and for each half while those who must wait are told from those who need not.
COMPANY_MS, ASIDE_MS, SIFTING_MS = 2_000, 3_000, 50
SIFTING_SECONDS = 1.0
RETRY_SECONDS = 1
_LANES = "waybill.intake"

Outcome: TypeAlias = Placement | Exception


class MustWait(DomainError):
    """Its key or its goods are being worked on elsewhere."""


class _Crashed(DomainError):
    """Carries what is no refusal through ``bisect``, which blames refusals and the database alone."""


@dataclass(frozen=True)
class Lanes:
    company: Gate[OrderRequest, Placement]
    aside: Gate[OrderRequest, Placement]


def init_app(app: Flask, config: Config) -> None:
    """Each web process builds its application after the fork, and with it gates of its own."""
    app.extensions[_LANES] = Lanes(
        company=Gate(lambda requests: commit(requests, COMPANY_MS), most=config.intake_queue),
        aside=Gate(lambda requests: commit(requests, ASIDE_MS), most=max(1, config.intake_queue // 5)),
    )


def place(request: OrderRequest) -> Placement:
    """Raises what became of this order alone, or Refused (503: too many wait; 409: its key is in flight)."""
    lanes: Lanes = current_app.extensions[_LANES]
    try:
        try:
            return lanes.company.submit(request)
        except MustWait:
            return lanes.aside.submit(request)
    except MustWait as error:
        raise Refused(409, str(error), retry_after=RETRY_SECONDS) from None
    except GateFull:
        why = "too many orders are waiting just now: send the same request with the same key again"
        raise Refused(503, why, retry_after=RETRY_SECONDS) from None


def commit(requests: Sequence[OrderRequest], patience_ms: int) -> list[Outcome]:
    """One transaction for all who do not repeat one another. What is nobody's fault, each of its callers gets."""
    outcomes: list[Outcome] = []
    for turn in turns(requests):
        try:
            outcomes.extend(_commit(turn, patience_ms))
        except (DBAPIError, PoolTimeout) as error:
            outcomes.extend([error] * len(turn))
    return outcomes


def _commit(requests: Sequence[OrderRequest], patience_ms: int) -> list[Outcome]:
    """Where the transaction fails, another finds who is to blame. Raises what is nobody's fault."""
    try:
        return uow.run(lambda session: _place(session, requests, patience_ms))
    except Exception as error:  # whatever one order broke must not break its neighbours
        if isinstance(error, PoolTimeout) or is_nobodys_fault(error):
            raise
        if len(requests) == 1:
            return [_told(error)]
        log.warning("batch_sifted", error=type(error).__name__, count=len(requests))
    return [_told(outcome) for outcome in uow.run(lambda session: _sift(session, requests))]


def _place(session: Session, requests: Sequence[OrderRequest], patience_ms: int) -> list[Outcome]:
    """A key that was revoked a moment ago places nothing, whatever the guard still knew of it."""
    key_ids = {_key_of(request) for request in requests}
    ahead = [api_keys.asked(key_ids), *placement_reads(requests)]
    with driver.reading_ahead(session, ahead, settings={"lock_timeout": str(patience_ms)}):
        alive = api_keys.alive(session, key_ids)
        accepted = [request for request in requests if _key_of(request) in alive]
        placed = iter(place_orders(session, accepted, actor=SYSTEM) if accepted else ())
    return [next(placed) if _key_of(request) in alive else api_keys.unknown() for request in requests]


def _sift(session: Session, requests: Sequence[OrderRequest]) -> list[Outcome]:
    """When the time is over, those not tried yet must wait: that is no failure of theirs."""
    end = time.monotonic() + SIFTING_SECONDS

    def work(some: Sequence[OrderRequest]) -> list[Outcome]:
        if time.monotonic() > end:
            raise MustWait(BUSY)
        try:
            return _place(session, some, SIFTING_MS)
        except (DomainError, DBAPIError):
            raise
        except Exception as error:
            raise _Crashed(type(error).__name__) from error

    return list(bisect(session, requests, work))


def _told(outcome: Outcome) -> Outcome:
    if isinstance(outcome, _Crashed) and isinstance(outcome.__cause__, Exception):
        return outcome.__cause__
    return MustWait(BUSY) if isinstance(outcome, DBAPIError) and outages.is_busy(outcome) else outcome


def _key_of(request: OrderRequest) -> int:
    assert request.actor is not None
    assert request.actor.id is not None
    return request.actor.id
