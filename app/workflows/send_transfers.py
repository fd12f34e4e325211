"""Goods leave a site for another: a promise among others, so that nothing leaves which an order was promised."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import levels, serials
from app.inventory.errors import OutOfStock
from app.inventory.events import StockAdjusted
from app.inventory.levels import Key, Level
from app.inventory.post import Movement, post
from app.kernel.actor import Actor
from app.kernel.errors import DomainError
from app.kernel.events import emit
from app.transfers import book
from app.transfers.book import Entry, LineRow, TransferRow
from app.transfers.events import TransferSent
from app.transfers.states import TRANSFER
from app.workflows.expect_transfers import expect
from app.workflows.transfer_places import Taken, portions


@dataclass(frozen=True)
class _Leaving:
    transfer: TransferRow
    line: LineRow

    @property
    def key(self) -> Key:
        return self.line.sku_id, self.transfer.from_site_id


def send_transfers(session: Session, transfer_ids: Sequence[int], *, actor: Actor) -> None:
    """Take what drafts ask for out of what nobody was promised, all or none. Raises ``OutOfStock``, naming every SKU.

    From then on the units are supply at the other site, dated, until they arrive.
    """
    found = book.lock(session, transfer_ids)
    leaving = [_Leaving(one, line) for one in found.values() for line in one.lines if line.asked]
    _refuse_unfit(found, leaving)
    held = levels.lock(session, _both_ends(leaving))
    _refuse_promised(session, leaving, held)
    taken = portions(session, [(one.line, one.transfer.from_site_id) for one in leaving])
    post(session, [_movement(one, part) for one in leaving for part in taken[one.line.id]], actor=actor, locked=held)
    gone = serials.moved_for(session, "transfer_out", "transfer_line", [one.line.id for one in leaving])
    entries = [(one.transfer.id, entry) for one in leaving for entry in _entries(one.line, taken[one.line.id], gone)]
    book.write(session, entries, actor=actor)
    book.send(session, list(found))
    expect(session, list(found), actor=actor)
    emit(session, [_adjusted(one, held[one.key]) for one in leaving], actor=actor)
    emit(session, [_sent(one) for one in found.values()], actor=actor)


def _refuse_unfit(found: Mapping[int, TransferRow], leaving: Sequence[_Leaving]) -> None:
    for one in found.values():
        TRANSFER.target(one.state, "send")
        if one.id not in {each.transfer.id for each in leaving}:
            raise DomainError(f"nothing is on {one.number} yet: scan what shall go, then send it")


def _both_ends(leaving: Sequence[_Leaving]) -> set[Key]:
    """The levels at the other end too, in one order: they learn of the units that come."""
    return {one.key for one in leaving} | {(one.line.sku_id, one.transfer.to_site_id) for one in leaving}


def _refuse_promised(session: Session, leaving: Sequence[_Leaving], held: Mapping[Key, Level]) -> None:
    wanted: dict[Key, int] = {}
    for one in leaving:
        wanted[one.key] = wanted.get(one.key, 0) + one.line.asked
    short = [key for key, units in wanted.items() if units > held[key].unpromised]
    if not short:
        return
    names = {row.id: row.code for row in session.execute(text(NAMES), {"ids": [sku for sku, _ in short]})}
    raise OutOfStock(
        "; ".join(
            f"{names[key[0]]}: {wanted[key]} shall go, but of {held[key].on_hand} on hand only"
            f" {held[key].unpromised} are promised to nobody"
            for key in short
        )
        + ": send fewer, or wait for goods"
    )


def _movement(one: _Leaving, part: Taken) -> Movement:
    return Movement(
        sku_id=one.line.sku_id,
        site_id=one.transfer.from_site_id,
        on_hand=-part.quantity,
        bin_id=part.bin_id,
        lot_id=part.lot_id,
        reason="transfer_out",
        reference=("transfer_line", one.line.id),
        serial_ids=part.serial_ids,
    )


def _entries(line: LineRow, taken: Sequence[Taken], gone: Sequence[tuple[int, int, int | None]]) -> list[Entry]:
    """One per number, and one per lot for units that have none."""
    units: dict[book.Unit, int] = {(lot, serial): 1 for line_id, serial, lot in gone if line_id == line.id}
    numbers = Counter(lot for lot, _ in units)
    for part in taken:
        units[part.lot_id, None] = units.get((part.lot_id, None), -numbers[part.lot_id]) + part.quantity
    return [
        Entry(line_id=line.id, kind="sent", quantity=quantity, lot_id=lot, serial_id=serial)
        for (lot, serial), quantity in units.items()
        if quantity
    ]


def _adjusted(one: _Leaving, level: Level) -> StockAdjusted:
    return StockAdjusted(
        stock_level_id=level.id,
        sku_id=one.line.sku_id,
        site_id=one.transfer.from_site_id,
        on_hand=-one.line.asked,
        unavailable=0,
        reason="transfer_out",
    )


def _sent(one: TransferRow) -> TransferSent:
    quantity = sum(line.asked for line in one.lines)
    return TransferSent(transfer_id=one.id, quantity=quantity, expected_on=one.expected_on)


NAMES = "SELECT id, code FROM skus WHERE id = ANY(CAST(:ids AS bigint[]))"
