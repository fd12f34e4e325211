"""Money that came in or went back is written down and moves the order's payment status."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import DomainError, StaleState
from app.kernel.events import emit
from app.kernel.money import Money
from app.orders import balances, facts
from app.orders.balances import Balance, Change
from app.orders.events import OrderEvent, PaymentRecorded, RefundRecorded
from app.payments import ledger
from app.payments.ledger import Entry


class RefundTooLarge(DomainError):
    """More is asked back than was ever paid."""


class WrongCurrency(DomainError):
    """Money of one currency for an order in another."""


def record_payments(session: Session, entries: Sequence[Entry], *, actor: Actor) -> list[int]:
    """Record payments and refunds, all or none; answers the entries' ids in order.

    Under the lock of the order's row, so that two refunds cannot both spend the same money.
    """
    order_ids = {entry.order_id for entry in entries}
    facts.lock(session, order_ids)
    _check(entries, balances.load(session, order_ids))
    ids = ledger.record(session, entries, actor=actor)
    balances.add(session, [_change(entry) for entry in entries])
    emit(session, [_event(entry, id) for entry, id in zip(entries, ids, strict=True)], actor=actor)
    facts.refresh(session, order_ids, actor=actor)
    return ids


def _check(entries: Sequence[Entry], found: dict[int, Balance]) -> None:
    left = {order_id: balance.refundable_minor for order_id, balance in found.items()}
    for entry in entries:
        balance = found[entry.order_id]
        if entry.amount.currency != balance.currency:
            raise WrongCurrency(
                f"the order is in {balance.currency}, not in {entry.amount.currency}: write the amount in its currency",
                field="currency",
            )
        if entry.kind == "refund":
            _check_refund(entry, balance, left[entry.order_id])
        left[entry.order_id] += entry.amount.minor * (1 if entry.kind == "payment" else -1)


def _check_refund(entry: Entry, balance: Balance, left: int) -> None:
    paid = Money(balance.paid_minor, balance.currency)
    if entry.amount > paid:
        raise RefundTooLarge(f"{entry.amount} is more than the {paid} that was paid", field="amount")
    if entry.amount.minor > left:
        remaining = Money(left, balance.currency)
        raise StaleState(
            f"{remaining} can still be given back, not {entry.amount}: look at the refunds made", field="amount"
        )


def _change(entry: Entry) -> Change:
    if entry.kind == "payment":
        return Change(order_id=entry.order_id, paid_minor=entry.amount.minor)
    return Change(order_id=entry.order_id, refunded_minor=entry.amount.minor)


def _event(entry: Entry, id: int) -> OrderEvent:
    kind = PaymentRecorded if entry.kind == "payment" else RefundRecorded
    return kind(
        order_id=entry.order_id,
        entry_id=id,
        amount_minor=entry.amount.minor,
        currency=entry.amount.currency,
        method=entry.method,
    )
