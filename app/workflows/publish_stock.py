"""Channels are told what they may sell: a reader of the feed marks what changed, one delivery per channel tells it.

An event only says which SKUs to look at, so a SKU that changed a hundred times is told once, with its present value,
and a channel that was away hears what is so, not what was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.channels import publication
from app.channels.ports import NotTaken, StockMessage, StockPort
from app.inventory.events import SafetyStockChanged, StockAdjusted, StockArrived, UnitsFreed, UnitsReserved
from app.kernel import clock, deliveries
from app.kernel.crypto import Keyring
from app.kernel.deliveries import Held
from app.kernel.effects import Outcome, Record
from app.kernel.errors import ProviderError
from app.kernel.event_types import Recorded
from app.kernel.uow import unit_of_work
from app.orders.events import OrderPlaced, OrderRouted, UnitsCancelled, UnitsDisplaced
from app.workflows import stock_offers
from app.workflows.stock_offers import Taken

READER = "channels.stock"
OF_STOCK = StockArrived | StockAdjusted | UnitsReserved | UnitsFreed | SafetyStockChanged
KINDS = frozenset(
    {
        *(OrderPlaced, OrderRouted, UnitsCancelled, UnitsDisplaced),
        *(StockArrived, StockAdjusted, UnitsReserved, UnitsFreed, SafetyStockChanged),
    }
)
LONGEST_ROUND = 60.0  # then others have their turn
MOST_ALONE = 20  # offers refused one by one in a round that took none: then it is the channel that is not well


def on_stock_events(session: Session, events: Sequence[Recorded]) -> None:
    """For the feed. Costs the same few statements however many events and channels there are."""
    locked = publication.lock(session)
    if not locked:
        return
    orders: dict[int, datetime] = {}
    skus: dict[int, datetime] = {}
    for recorded in events:
        event = recorded.event
        if isinstance(event, OF_STOCK):
            skus.setdefault(event.sku_id, recorded.occurred_at)
        else:
            orders.setdefault(event.subject_id, recorded.occurred_at)
    stock_offers.mark(session, [row.channel_id for row in locked], orders=orders, skus=skus)
    publication.wake(session, locked)


@dataclass(frozen=True)
class StockPublisher:
    """The outside effect: one delivery is one channel. Telling it twice does no harm, so nothing is ever in doubt."""

    ports: Mapping[str, StockPort]
    keys: Keyring

    def publish(self, held: Held) -> Record:
        """Message after message until nothing waits; each is written down before the next is made.

        A message that the channel will not have is halved, until the offer that is to blame stands alone.
        """
        channel_id, most, end = int(held.ids["channel_id"]), 0, monotonic() + LONGEST_ROUND
        alone, has_taken = dict[int, str](), False
        while monotonic() < end:
            with unit_of_work() as session:
                message = publication.begin_message(session, channel_id)
                port = self.ports[message.adapter] if message else None
                taken = stock_offers.take(session, channel_id, most=most or port.most_offers) if port else []
            if message is None or port is None or not taken:
                break
            try:
                refusals = self._tell(port, message, taken)
            except NotTaken as refused:
                if len(taken) > 1:
                    most = len(taken) // 2
                    continue
                refusals = {taken[0].offer.sku: str(refused)}
                alone[taken[0].sku_id] = str(refused)
            is_news = any(each.is_news and each.offer.sku not in refusals for each in taken)
            has_taken = has_taken or is_news
            with unit_of_work() as session:
                deliveries.check_held(session, [held])
                if is_news:
                    publication.succeed(session, channel_id)
                stock_offers.write_told(session, channel_id, taken, refusals=refusals, as_of=message.as_of)
            most = min(port.most_offers, most * 2)
        if len(alone) >= MOST_ALONE and not has_taken:
            _give_up(channel_id, alone)
        return partial(publication.end_round, channel_id=channel_id)

    def _tell(self, port: StockPort, message: Row[Any], taken: Sequence[Taken]) -> Mapping[str, str]:
        news = [each.offer for each in taken if each.is_news]
        if not news:
            return {}
        content = StockMessage(channel=message.code, number=message.number, as_of=message.as_of, offers=news)
        return port.publish(content, target=publication.target(message, keys=self.keys))


def _give_up(channel_id: int, alone: Mapping[int, str]) -> None:
    """What was refused waits again, or it would rest when the channel is well. Raises ProviderError."""
    with unit_of_work() as session:
        stock_offers.mark(session, [channel_id], orders={}, skus=dict.fromkeys(alone, clock.now()))
    why = f"{list(alone.values())[-1]}; {len(alone)} SKUs were refused one by one and none was taken: ask its operator"
    raise ProviderError(why, permanent=True)


def write_failure(session: Session, held: Held, outcome: Outcome, error: Exception) -> None:
    """For the channel's page; what comes of the delivery is told by the delivery."""
    said = str(error) if isinstance(error, ProviderError) else f"something broke on our side ({type(error).__name__})"
    publication.fail(session, int(held.ids["channel_id"]), said)
