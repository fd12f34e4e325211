"""Ways to tell a channel our stock, by short name."""

from collections.abc import Mapping

from app.channels.ports import StockPort
from app.kernel.http_guard import PublicOnly
from app.kernel.registry import Registry

PUBLISHERS: Registry[StockPort] = Registry("stock publisher", webhook="app.channels.adapters.webhook.StockWebhook")


def all_publishers(guard: PublicOnly) -> Mapping[str, StockPort]:
    return {name: PUBLISHERS.get(name)(guard) for name in PUBLISHERS.names()}
