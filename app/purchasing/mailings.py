"""What suppliers got by mail of our purchase orders."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import bulk
from app.kernel.actor import Actor
from app.purchasing.models import PurchaseMailing


@dataclass(frozen=True, kw_only=True)
class NewMailing:
    """``digest`` is of what the paper in ``file_id`` said."""

    purchase_order_id: int
    message_id: int
    file_id: int
    digest: bytes


@dataclass(frozen=True, kw_only=True)
class Mailed:
    """How often an order went out, and what its latest paper said."""

    times: int
    digest: bytes


NEVER = Mailed(times=0, digest=b"")


def insert(session: Session, mailings: Sequence[NewMailing], *, actor: Actor) -> None:
    bulk.insert(session, PurchaseMailing, [{**vars(one), "actor": actor.code} for one in mailings])


def so_far(session: Session, purchase_order_ids: Collection[int]) -> dict[int, Mailed]:
    """By order; those that never went out by mail are missing."""
    rows = session.execute(text(SO_FAR), {"ids": sorted(purchase_order_ids)})
    return {row.purchase_order_id: Mailed(times=row.times, digest=row.digest) for row in rows}


SO_FAR = """
SELECT DISTINCT ON (purchase_order_id) purchase_order_id, digest,
       count(*) OVER (PARTITION BY purchase_order_id) AS times
  FROM purchase_mailings WHERE purchase_order_id = ANY(CAST(:ids AS bigint[])) ORDER BY purchase_order_id, id DESC
"""
