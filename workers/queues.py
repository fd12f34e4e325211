"""Every queue, in one table. How often an effect is tried stands with the effect, in app/wiring.py."""

from dataclasses import dataclass


@dataclass(frozen=True)
class QueueSettings:
    """``time_limit``: seconds after which one job is cut off; what it did not finish is due again."""

    name: str
    time_limit: int


QUEUES = {
    each.name: each
    for each in (
        QueueSettings("intake", 3600),
        QueueSettings("payments", 300),
        QueueSettings("fulfilment", 600),
        QueueSettings("documents", 600),
        QueueSettings("notifications", 600),
        QueueSettings("channels", 900),
        QueueSettings("analytics", 1800),
        QueueSettings("upkeep", 1800),
    )
}
