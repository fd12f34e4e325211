"""What an order costs, what was paid for it and what was given back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Balance:
    currency: str
    total_minor: int
    paid_minor: int
    refunded_minor: int

    @property
    def refundable_minor(self) -> int:
        return self.paid_minor - self.refunded_minor


@dataclass(frozen=True, kw_only=True)
class Change:
    order_id: int
    paid_minor: int = 0
    refunded_minor: int = 0


def load(session: Session, order_ids: Collection[int]) -> dict[int, Balance]:
    rows = session.execute(
        text(
            "SELECT id, currency, total_minor, paid_minor, refunded_minor FROM orders"
            " WHERE id = ANY(CAST(:ids AS bigint[]))"
        ),
        {"ids": list(order_ids)},
    )
    return {
        row.id: Balance(
            currency=row.currency,
            total_minor=row.total_minor,
            paid_minor=row.paid_minor,
            refunded_minor=row.refunded_minor,
        )
        for row in rows
    }


def add(session: Session, changes: Sequence[Change]) -> None:
    """Move the balances of locked orders; ``facts.refresh`` must follow."""
    session.execute(
        text(
            "UPDATE orders o SET paid_minor = o.paid_minor + v.paid, refunded_minor = o.refunded_minor + v.refunded"
            " FROM (SELECT id, sum(paid)::bigint AS paid, sum(refunded)::bigint AS refunded"
            " FROM unnest(CAST(:ids AS bigint[]), CAST(:paid AS bigint[]), CAST(:refunded AS bigint[]))"
            " AS u(id, paid, refunded) GROUP BY id) AS v WHERE o.id = v.id"
        ),
        {
            "ids": [change.order_id for change in changes],
            "paid": [change.paid_minor for change in changes],
            "refunded": [change.refunded_minor for change in changes],
        },
    )
