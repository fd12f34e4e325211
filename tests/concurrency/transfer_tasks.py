"""What processes do that sell a site's goods and send them elsewhere at the same time."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError
from app.workflows.receive_transfers import receive_transfers
from app.workflows.spread_transfers import Arrival
from tests.concurrency import tasks
from tests.factories.transfers import sent


def sell_or_send(role: str, sku: str, times: int) -> tuple[int, int]:
    """Units sold, and units sent away, one at a time."""
    if role == "sell":
        return tasks.buy_one(sku, times), 0
    return 0, sum(_worked(lambda session: sent(session, (sku, 1))) for _ in range(times))


def receive_one(transfer_id: int, sku: str, scans: list[str]) -> int:
    """Scan each of these once; answers how many were taken."""
    return sum(_worked(_scan(transfer_id, sku, scan)) for scan in scans)


def _scan(transfer_id: int, sku: str, scan: str) -> Callable[[Session], Any]:
    one = Arrival(transfer_id=transfer_id, sku=sku, quantity=1, scan=scan)
    return lambda session: receive_transfers(session, [one], actor=SYSTEM)


def _worked(work: Callable[[Session], Any]) -> bool:
    try:
        uow.run(work)
    except DomainError:
        return False
    return True
