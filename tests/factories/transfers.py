"""Transfers brought to any point of their way through the public verbs."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.transfers import book
from app.workflows.draft_transfers import Goods, TransferRequest, ask_for, draft_transfers
from app.workflows.receive_transfers import lose_transfers, receive_transfers
from app.workflows.send_transfers import send_transfers
from app.workflows.spread_transfers import Arrival, Loss


def drafted(session: Session, *goods: tuple[str, int], lot: str = "", days: int = 3, to: str = "RNO1") -> int:
    """From CMH1; ``goods`` are (SKU code, units)."""
    request = TransferRequest(
        from_site="CMH1",
        to_site=to,
        expected_on=clock.now().date() + timedelta(days=days),
        goods=tuple(Goods(sku=sku, quantity=units, lot=lot) for sku, units in goods),
    )
    [number] = draft_transfers(session, [request], actor=SYSTEM)
    return book.ids_of(session, [number])[number]


def sent(session: Session, *goods: tuple[str, int], **how: Any) -> int:
    transfer_id = drafted(session, *goods, **how)
    send_transfers(session, [transfer_id], actor=SYSTEM)
    return transfer_id


def arrive(session: Session, transfer_id: int, sku: str, quantity: int, **how: Any) -> None:
    arrival = Arrival(transfer_id=transfer_id, sku=sku, quantity=quantity, **how)
    receive_transfers(session, [arrival], actor=SYSTEM)


def arrive_by_number(session: Session, transfer_id: int, *numbers: str, **how: Any) -> None:
    arrive(session, transfer_id, "TEA-1", len(numbers), serials=numbers, **how)


def sent_by_number(session: Session, *numbers: str, to: str = "RNO1", sku: str = "TEA-1") -> int:
    """From CMH1."""
    transfer_id = drafted(session, to=to)
    ask_for(session, {transfer_id: [Goods(sku=sku, quantity=len(numbers), serials=numbers)]}, actor=SYSTEM)
    send_transfers(session, [transfer_id], actor=SYSTEM)
    return transfer_id


def lose(session: Session, transfer_id: int, sku: str, quantity: int, reason: str = "missing", **how: Any) -> None:
    loss = Loss(transfer_id=transfer_id, sku=sku, quantity=quantity, reason=reason, **how)
    lose_transfers(session, [loss], actor=SYSTEM)


def transfer(session: Session, transfer_id: int) -> Any:
    return session.execute(text("SELECT * FROM transfers WHERE id = :id"), {"id": transfer_id}).one()


def number_of(session: Session, transfer_id: int) -> str:
    return str(transfer(session, transfer_id).number)


def line_of(session: Session, transfer_id: int, sku: str = "TEA-1") -> Any:
    """The line of this SKU, summed over its lots."""
    return session.execute(
        text(
            "SELECT sum(asked)::int AS asked, sum(sent)::int AS sent, sum(arrived)::int AS arrived,"
            " sum(lost)::int AS lost, sum(returned)::int AS returned, sum(in_transit)::int AS in_transit,"
            " sum(found)::int AS found FROM transfer_lines l JOIN skus s ON s.id = l.sku_id"
            " WHERE transfer_id = :id AND s.code = :sku"
        ),
        {"id": transfer_id, "sku": sku},
    ).one()


def expected(session: Session, sku: str = "TEA-1") -> list[tuple[str, int, Any]]:
    """What is still to come, as (site, units, day)."""
    rows = session.execute(
        text(
            "SELECT t.code, i.quantity, i.expected_on FROM incoming i JOIN skus s ON s.id = i.sku_id"
            " JOIN sites t ON t.id = i.site_id WHERE s.code = :sku AND i.source = 'transfer' ORDER BY i.id"
        ),
        {"sku": sku},
    )
    return [(row.code, row.quantity, row.expected_on) for row in rows]
