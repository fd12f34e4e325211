"""Money entries: what came in and what went back. Append-only; a mistake is undone by an entry of the other kind."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from app.kernel import bulk, clock
from app.kernel import text as typed
from app.kernel.actor import Actor
from app.kernel.errors import DomainError
from app.kernel.money import Money
from app.payments.models import PaymentEntry

METHODS = ("bank_transfer", "cash", "card_terminal", "cheque", "cod", "gift_card", "online", "other")
REFERENCE = re.compile(r"(?=.*[0-9])[A-Za-z0-9._/#:-]{1,64}|", re.ASCII)


class CardNumber(DomainError):
    """What is most likely the number of a payment card; it must not be kept."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """``reference`` is the payment's own number: a code, because the ledger outlives every erasure."""

    order_id: int
    kind: Literal["payment", "refund"]
    amount: Money
    method: str
    reference: str = ""


def record(session: Session, entries: Sequence[Entry], *, actor: Actor) -> list[int]:
    """Write entries down and answer their ids in order; the caller holds the orders' locks and keeps their balances."""
    for entry in entries:
        _check(entry)
    if not entries:
        return []
    ids = bulk.next_ids(session, {"payment_entries": len(entries)})["payment_entries"]
    bulk.insert(session, PaymentEntry, [_row(entry, id, actor) for entry, id in zip(entries, ids, strict=True)])
    return ids


def _check(entry: Entry) -> None:
    if entry.amount.minor <= 0:
        raise DomainError(f"{entry.amount} is not an amount to record: write more than zero", field="amount")
    if entry.method not in METHODS:
        raise DomainError(f"“{entry.method}” is not a method: choose one of {', '.join(METHODS)}", field="method")
    if typed.mask_cards(entry.reference) != entry.reference:
        raise CardNumber("this looks like a card number: write its last four digits only", field="reference")
    if not REFERENCE.fullmatch(entry.reference):
        raise DomainError(
            "a reference is the payment's number, such as TX-1042: letters and . _ / # : -, with a digit",
            field="reference",
        )


def _row(entry: Entry, id: int, actor: Actor) -> dict[str, object]:
    return {
        "id": id,
        "order_id": entry.order_id,
        "kind": entry.kind,
        "amount_minor": entry.amount.minor,
        "currency": entry.amount.currency,
        "method": entry.method,
        "reference": entry.reference,
        "actor": actor.code,
        "request_id": actor.request_id,
        "occurred_at": clock.now(),
    }
