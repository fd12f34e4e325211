"""What happens regularly, in one table: the effect, how often, and how far into the interval."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Task:
    effect: str
    every: timedelta
    offset: timedelta = timedelta()

    def latest(self, now: datetime) -> datetime:
        """The last moment at or before ``now``; moments that were slept through are not made up for."""
        whole = (now - EPOCH - self.offset) // self.every
        return EPOCH + self.offset + whole * self.every


TASKS = (
    Task("orders.release_expired_holds", timedelta(minutes=1)),
    Task("orders.peg_overdue", timedelta(hours=1), offset=timedelta(minutes=2)),
    Task("inventory.expire_reservations", timedelta(minutes=1)),
    Task("inventory.set_aside_due", timedelta(minutes=5), offset=timedelta(minutes=2)),
    Task("inventory.open_cases", timedelta(minutes=5), offset=timedelta(minutes=3)),
    Task("channels.compare_stock", timedelta(minutes=10), offset=timedelta(minutes=3)),
    Task("inventory.apply_stock_rules", timedelta(minutes=10), offset=timedelta(minutes=1)),
    Task("analytics.count_stock", timedelta(minutes=5), offset=timedelta(minutes=2)),
    Task("replenishment.check_levels", timedelta(minutes=10), offset=timedelta(minutes=5)),
    Task("replenishment.mail_alerts", timedelta(hours=1), offset=timedelta(minutes=20)),
    Task("upkeep.prune", timedelta(hours=1), offset=timedelta(minutes=7)),
    Task("upkeep.forget_imports", timedelta(days=1), offset=timedelta(minutes=17)),
    Task("upkeep.forget_exports", timedelta(hours=6), offset=timedelta(minutes=27)),
    Task("upkeep.make_partitions", timedelta(hours=6)),
    Task("counting.note_stock_value", timedelta(hours=6), offset=timedelta(minutes=23)),
    Task("counting.plan", timedelta(days=1), offset=timedelta(hours=4, minutes=20)),
    Task("inventory.sign_chains", timedelta(days=1), offset=timedelta(minutes=10)),
)
