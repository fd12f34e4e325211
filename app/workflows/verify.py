"""Everything that is kept twice is compared and the ledgers are recomputed. Reads only."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.crypto import Keyring
from app.workflows import (
    verify_counts,
    verify_decisions,
    verify_files,
    verify_kits,
    verify_lots,
    verify_numbers,
    verify_orders,
    verify_promises,
    verify_purchasing,
    verify_reservations,
    verify_rules,
    verify_sales,
    verify_stock,
    verify_transfers,
    verify_work,
)
from app.workflows.verify_chains import broken_chains

COMPARED = (
    verify_stock,
    verify_orders,
    verify_work,
    verify_sales,
    verify_promises,
    verify_transfers,
    verify_counts,
    verify_files,
    verify_lots,
    verify_numbers,
    verify_purchasing,
    verify_rules,
    verify_kits,
    verify_reservations,
)

COUNTED = {
    "stock levels": "stock_levels",
    "movements": "stock_movements",
    "signed heads": "chain_heads",
    "orders": "orders",
    "order lines": "order_lines",
    "money entries": "payment_entries",
    "events": "events",
    "parcels": "parcels",
    "pegs": "pegs",
    "promises": "promises",
    "transfers": "transfers",
    "purchase orders": "purchase_orders",
    "receipts": "receipts",
    "reservations": "reservations",
}


@dataclass(frozen=True)
class Check:
    """``find`` yields a sentence, naming the row, for each thing that is wrong."""

    name: str
    find: Callable[[Session], Iterator[str]]


@dataclass(frozen=True)
class Finding:
    check: str
    sentence: str


def checks(keys: Keyring) -> list[Check]:
    """All of them; ``keys`` are those that signed the chain heads."""
    return [
        Check("stock chains", lambda session: broken_chains(session, keys)),
        *(Check(each.name, each.find) for module in COMPARED for each in module.CHECKS),
        Check(verify_orders.STATUSES, verify_orders.wrong_statuses),
        Check(verify_purchasing.STATES, verify_purchasing.wrong_states),
        Check(verify_work.STAGES, verify_work.wrong_stages),
        Check(verify_decisions.DECISIONS, verify_decisions.changed_decisions),
        Check(verify_orders.EVENTS, verify_orders.broken_event_sequences),
    ]


def verify(session: Session, keys: Keyring) -> Iterator[Finding]:
    """Findings as they are met. Give it a transaction that sees one moment, else work under way looks like a fault."""
    for check in checks(keys):
        for sentence in check.find(session):
            yield Finding(check.name, sentence)


def see_one_moment(session: Session) -> None:
    """All statements of this transaction see the database as it is now, and may not write. Must come first in it."""
    session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


def counts(session: Session) -> dict[str, int]:
    """How many rows of each kind were looked at."""
    parts = ", ".join(f"(SELECT count(*) FROM {table})" for table in COUNTED.values())
    row = session.execute(text(f"SELECT {parts}")).one()
    return dict(zip(COUNTED, row, strict=True))
