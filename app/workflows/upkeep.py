"""What is no longer needed goes; what will be needed is made in time."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import reservations
from app.kernel import clock, deliveries, partitions
from app.kernel.actor import SYSTEM
from app.kernel.crypto import Keyring
from app.kernel.deliveries import Delivery, Held
from app.workflows import sign_chains as chains
from app.workflows.hold_orders import release_holds
from app.workflows.mend_turns import mend_turns

PRUNE: Mapping[str, timedelta] = {
    "DELETE FROM idempotency_keys WHERE created_at < :before": timedelta(hours=72),
    "DELETE FROM delivery_log WHERE done_at < :before": timedelta(days=14),
    "DELETE FROM cron_ticks WHERE scheduled_at < :before": timedelta(days=30),
    "DELETE FROM verify_runs WHERE ended_at < :before": timedelta(days=365),
    "DELETE FROM user_sessions WHERE expires_at < :before": timedelta(days=1),
    "DELETE FROM password_resets WHERE created_at < :before": timedelta(days=1),
    "DELETE FROM ended_reservations WHERE ended_at < :before": timedelta(days=90),
}

EXPIRED_HOLDS = text(
    "SELECT id FROM holds WHERE released_at IS NULL AND expires_at <= now() ORDER BY order_id, id LIMIT 500"
)


def tidy(session: Session, held: Sequence[Held]) -> None:
    """Orders are locked before anything else, hence the order."""
    mend_turns(session)
    prune(session, held)


def prune(session: Session, _held: Sequence[Held]) -> None:
    for statement, kept in PRUNE.items():
        session.execute(text(statement), {"before": clock.now() - kept})


def make_partitions(session: Session, _held: Sequence[Held]) -> None:
    partitions.ensure_ahead(session)


def release_expired_holds(session: Session, _held: Sequence[Held]) -> None:
    expired = session.execute(EXPIRED_HOLDS).scalars().all()
    if expired:
        release_holds(session, expired, actor=SYSTEM)


def expire_reservations(session: Session, _held: Sequence[Held]) -> None:
    """So many at once; where there are more, the next are ended without waiting for the next tick."""
    if reservations.expire_due(session, actor=SYSTEM) == reservations.AT_ONCE:
        deliveries.add(session, [Delivery(handler="inventory.expire_reservations")])


def sign_chains(session: Session, _held: Sequence[Held], *, keys: Keyring) -> None:
    chains.sign_chains(session, keys)
