"""What became of goods on their way: they arrived, more of them than were sent, some are lost, or all came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from app.inventory import cases, levels
from app.inventory.events import StockAdjusted, StockArrived
from app.inventory.levels import Key, Level
from app.inventory.post import Movement, post
from app.inventory.values import GOOD
from app.kernel.actor import Actor
from app.kernel.errors import DomainError, Invalid
from app.kernel.events import Event, emit
from app.transfers import book
from app.transfers.book import Entry, Kind, LineRow, TransferRow
from app.transfers.events import TransferArrived, TransferCancelled, TransferLost
from app.transfers.states import AFTER_ARRIVAL, TRANSFER
from app.workflows.draft_transfers import Goods, discard_transfers, goods_by_code
from app.workflows.expect_transfers import expect
from app.workflows.unfit_arrivals import unfit_arrivals

LOSSES = {
    "missing": "Not in the delivery",
    "destroyed": "Destroyed on the way",
    "stolen": "Stolen",
    "carrier": "Lost by the carrier",
}
REASONS = {"arrived": "transfer_in", "returned": "transfer_back", "found": "found"}


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Units of a SKU that came in. ``is_surplus`` says that more than were sent may be there: the rest is found."""

    transfer_id: int
    sku: str
    quantity: int
    lot: str = ""
    is_surplus: bool = False
    scan: str | None = None


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Units that will not come; ``reason`` is one of ``LOSSES``."""

    transfer_id: int
    sku: str
    quantity: int
    reason: str
    lot: str = ""
    scan: str | None = None


class NotOnTransfer(DomainError):
    """What was scanned is not expected here."""


def receive_transfers(session: Session, arrivals: Sequence[Arrival], *, actor: Actor) -> None:
    """Post what came in at the site it was sent to, and tell of it: waiting orders get what is good. All or none."""
    found = book.lock(session, {one.transfer_id for one in arrivals})
    for one in arrivals:
        _refuse_nonsense(one.quantity)
        if not one.is_surplus or found[one.transfer_id].state not in AFTER_ARRIVAL:
            TRANSFER.target(found[one.transfer_id].state, "receive")
    spread = _Spread(session, found, arrivals)
    entries = [(one.transfer_id, entry) for one in arrivals for entry in spread.arrived(one)]
    _settle(session, found, entries, actor=actor)
    emit(session, _told(entries), actor=actor)


def lose_transfers(session: Session, losses: Sequence[Loss], *, actor: Actor) -> None:
    """Write off units on their way, with the reason. They left their site's stock when they were sent."""
    unknown = [one.reason for one in losses if one.reason not in LOSSES]
    if unknown:
        raise Invalid([("reason", f"“{unknown[0][:40]}” is not one of {', '.join(LOSSES)}")])
    found = book.lock(session, {one.transfer_id for one in losses})
    for one in losses:
        _refuse_nonsense(one.quantity)
        TRANSFER.target(found[one.transfer_id].state, "book_a_loss")
    spread = _Spread(session, found, losses)
    entries = [(one.transfer_id, entry) for one in losses for entry in spread.lost(one)]
    _settle(session, found, entries, actor=actor)
    lost = [TransferLost(transfer_id=id, quantity=entry.quantity, reason=entry.reason) for id, entry in entries]
    emit(session, lost, actor=actor)


def cancel_transfers(session: Session, transfer_ids: Sequence[int], *, actor: Actor) -> None:
    """Drop drafts; what is on its way is back at the site that it left, and stock there again."""
    found = book.lock(session, transfer_ids)
    drafts = [one.id for one in found.values() if "discard" in TRANSFER.permitted(one.state)]
    back = {one.id: one for one in found.values() if one.id not in drafts}
    for one in back.values():
        TRANSFER.target(one.state, "bring_back")
    if drafts:
        discard_transfers(session, drafts, actor=actor)
    if not back:
        return
    spread = _Spread(session, back, ())
    entries = [(one.id, entry) for one in back.values() for entry in spread.everything(one, "returned")]
    _settle(session, back, entries, actor=actor)
    returned = [TransferCancelled(transfer_id=one.id, returned=one.in_transit) for one in back.values()]
    emit(session, returned, actor=actor)


class _Spread:
    """Gives units to the lines and lots in transit, in their order; remembers what it gave."""

    def __init__(self, session: Session, found: Mapping[int, TransferRow], scanned: Sequence[Any]) -> None:
        self.found = found
        self.known = goods_by_code(session, [Goods(sku=one.sku, quantity=0, lot=one.lot) for one in scanned])
        self.before = book.seen(session, {(one.transfer_id, one.scan) for one in scanned if one.scan})
        self.left = book.lots_in_transit(session, found)

    def arrived(self, one: Arrival) -> list[Entry]:
        return self._given(one, "arrived", "")

    def lost(self, one: Loss) -> list[Entry]:
        return self._given(one, "lost", one.reason)

    def everything(self, one: TransferRow, kind: Kind) -> list[Entry]:
        return [
            Entry(line_id=line.id, kind=kind, quantity=units, lot_id=lot)
            for line in one.lines
            for lot, units in self.left.get(line.id, {}).items()
        ]

    def _given(self, one: Any, kind: Kind, reason: str) -> list[Entry]:
        if (one.transfer_id, one.scan) in self.before:
            return []
        sku_id, lot_id = self.known[one.sku, one.lot]
        lines = [line for line in self.found[one.transfer_id].lines if line.sku_id == sku_id and line.sent]
        if not lines:
            raise NotOnTransfer(f"{one.sku} is not on {self.found[one.transfer_id].number}: set it aside")
        given, rest = self._take(lines, one.quantity, lot_id if one.lot else None, is_any=not one.lot)
        entries = [
            Entry(line_id=line, kind=kind, quantity=units, lot_id=lot, reason=reason, scan=one.scan)
            for line, lot, units in given
        ]
        if rest and not getattr(one, "is_surplus", False):
            raise self._too_many(one, one.quantity - rest, sum(line.sent for line in lines))
        if rest:
            found_lot = lot_id if one.lot else self._lot_of(lines[-1])
            entries.append(Entry(line_id=lines[-1].id, kind="found", quantity=rest, lot_id=found_lot, scan=one.scan))
        return entries

    def _take(
        self, lines: Sequence[LineRow], quantity: int, lot_id: int | None, *, is_any: bool
    ) -> tuple[list[tuple[int, int | None, int]], int]:
        given: list[tuple[int, int | None, int]] = []
        for line in lines:
            for lot, units in self.left.get(line.id, {}).items():
                taken = min(quantity, units) if is_any or lot == lot_id else 0
                if taken:
                    self.left[line.id][lot] -= taken
                    quantity -= taken
                    given.append((line.id, lot, taken))
        return given, quantity

    def _lot_of(self, line: LineRow) -> int | None:
        """What was sent of one lot alone is found of that lot."""
        lots = list(self.left.get(line.id, {})) or [line.lot_id]
        return lots[0] if len(lots) == 1 else line.lot_id

    def _too_many(self, one: Any, room: int, sent: int) -> DomainError:
        what = f"{one.sku}, lot {one.lot}" if one.lot else one.sku
        if not room and one.lot:
            said = f"{what}: nothing of that lot is on its way on {self.found[one.transfer_id].number}"
        elif not room:
            said = f"{what}: nothing of the {sent} that were sent is on its way any more"
        else:
            said = f"{what}: only {room} of {sent} are still on their way, not {one.quantity}"
        if isinstance(one, Arrival):
            return NotOnTransfer(f"{said}; if more are here than were sent, book them as found", field="found")
        return DomainError(f"{said}: write fewer", field="quantity")


def _settle(
    session: Session, found: Mapping[int, TransferRow], entries: Sequence[tuple[int, Entry]], *, actor: Actor
) -> None:
    """Stock, counters, what is still expected, and the states: everything that follows from entries."""
    if not entries:
        return
    ends = {(line.sku_id, site) for one in found.values() for line in one.lines for site in _ends(one)}
    held = levels.lock(session, ends)
    come = [each for id, entry in entries if (each := _movement(found[id], entry))]
    unfit = unfit_arrivals(session, come)
    movements = [replace(each, condition=unfit[at].condition) if at in unfit else each for at, each in enumerate(come)]
    post(session, movements, actor=actor, locked=held)
    cases.add(session, list(unfit.values()), actor=actor)
    book.write(session, entries, actor=actor)
    expect(session, list(found), actor=actor)
    book.settle(session, list(found))
    emit(session, _arrivals(movements, held), actor=actor)


def _ends(one: TransferRow) -> tuple[int, int]:
    return one.from_site_id, one.to_site_id


def _movement(one: TransferRow, entry: Entry) -> Movement | None:
    """What a loss takes away left the ledger when the goods were sent."""
    if entry.kind not in REASONS:
        return None
    sku_id = next(line.sku_id for line in one.lines if line.id == entry.line_id)
    return Movement(
        sku_id=sku_id,
        site_id=one.from_site_id if entry.kind == "returned" else one.to_site_id,
        on_hand=entry.quantity,
        lot_id=entry.lot_id,
        reason=REASONS[entry.kind],
        reference=("transfer_line", entry.line_id),
    )


def _arrivals(movements: Sequence[Movement], held: Mapping[Key, Level]) -> list[Event]:
    """What may be promised arrived; the rest is told of as a fact."""
    sums: dict[Key, int] = {}
    for one in movements:
        if one.condition == GOOD:
            sums[one.key] = sums.get(one.key, 0) + one.on_hand
    arrived: list[Event] = [
        StockArrived(stock_level_id=held[key].id, sku_id=key[0], site_id=key[1], quantity=units)
        for key, units in sums.items()
    ]
    return arrived + [_unsold(one, held[one.key]) for one in movements if one.condition != GOOD]


def _unsold(one: Movement, level: Level) -> StockAdjusted:
    return StockAdjusted(
        stock_level_id=level.id,
        sku_id=one.sku_id,
        site_id=one.site_id,
        on_hand=one.on_hand,
        unavailable=one.unavailable,
        reason=one.reason,
    )


def _told(entries: Sequence[tuple[int, Entry]]) -> list[TransferArrived]:
    ids = sorted({id for id, _ in entries})
    return [
        TransferArrived(
            transfer_id=id,
            quantity=sum(entry.quantity for each, entry in entries if each == id),
            found=sum(entry.quantity for each, entry in entries if each == id and entry.kind == "found"),
        )
        for id in ids
    ]


def _refuse_nonsense(quantity: int) -> None:
    if quantity < 1:
        raise DomainError(f"{quantity} is no number of units: write 1 or more", field="quantity")
