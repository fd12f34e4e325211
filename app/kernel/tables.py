"""Tables of the machinery: what happened, what is still to be done about it, who has read how far."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from app.kernel.db import Base, BigId


class Xid8(UserDefinedType[int]):
    """A transaction's number, never reused; compared inside PostgreSQL only."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


class EventRow(Base):
    """Append-only. ``payload`` holds ids, codes and amounts; ids commit out of order, so readers go by position."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_subject", "subject_type", "subject_id", "sequence"),
        Index("ix_events_txid", "txid"),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    id: Mapped[BigId]
    txid: Mapped[int] = mapped_column(Xid8(), server_default=func.pg_current_xact_id())
    type: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    sequence: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    actor: Mapped[str]
    cause: Mapped[str]
    request_id: Mapped[str]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class EventPosition(Base):
    """The place of an event in the feed, given after its commit by the one active relay."""

    __tablename__ = "event_positions"
    __table_args__ = (UniqueConstraint("event_id"),)

    position: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    event_id: Mapped[int]


class FeedState(Base):
    """The one row that says which transactions have their positions: all below ``horizon``."""

    __tablename__ = "feed_state"
    __table_args__ = (CheckConstraint("id = 1", name="only_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default="1")
    horizon: Mapped[int] = mapped_column(Xid8(), server_default=text("'0'::xid8"))


class FeedCursor(Base):
    """How far a consumer has read; moved in the transaction that holds the result."""

    __tablename__ = "feed_cursors"

    consumer: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(server_default="0")
    moved_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DeliveryRow(Base):
    """One effect that must happen; gone when done. ``attempt`` is the fencing number of whoever holds the lease.

    ``attempts_before`` were made before somebody set it going again; they do not count against it.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("uq_deliveries_key", "key", unique=True, postgresql_where=text("key IS NOT NULL")),
        CheckConstraint("state IN ('ready', 'dead', 'uncertain')", name="state"),
        Index("ix_deliveries_due", "queue", "run_at", "id", postgresql_where=text("state = 'ready'")),
        Index("ix_deliveries_stuck", "id", postgresql_where=text("state <> 'ready'")),
    )

    id: Mapped[BigId]
    handler: Mapped[str]
    queue: Mapped[str]
    ids: Mapped[dict[str, Any]] = mapped_column(JSONB)
    event_id: Mapped[int | None]
    key: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(server_default="0")
    attempts_before: Mapped[int] = mapped_column(server_default="0")
    run_at: Mapped[datetime] = mapped_column(server_default=func.now())
    lease_until: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default="ready")
    last_error: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DeliveryLog(Base):
    """What was done or skipped lately; pruned."""

    __tablename__ = "delivery_log"
    __table_args__ = (Index("ix_delivery_log_done_at", "done_at"),)

    delivery_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    handler: Mapped[str]
    ids: Mapped[dict[str, Any]] = mapped_column(JSONB)
    event_id: Mapped[int | None]
    attempt: Mapped[int]
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    done_by: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    done_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class CronTick(Base):
    """A moment of a regular task, claimed by whoever came first."""

    __tablename__ = "cron_ticks"

    name: Mapped[str] = mapped_column(primary_key=True)
    scheduled_at: Mapped[datetime] = mapped_column(primary_key=True)
    claimed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class VerifyRun(Base):
    """That everything was compared, and how much was found. Pruned."""

    __tablename__ = "verify_runs"

    id: Mapped[BigId]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    findings: Mapped[int]
