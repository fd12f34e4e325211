"""What became of goods on their way: they arrived, more of them than were sent, some are lost, or all came back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.inventory import cases, levels, numbered, serials
from app.inventory.events import StockAdjusted, StockArrived
from app.inventory.levels import Key, Level
from app.inventory.post import Movement, post
from app.inventory.serials import Numbered
from app.inventory.values import GOOD
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.kernel.events import Event, emit
from app.transfers import book
from app.transfers.book import Entry, TransferRow
from app.transfers.events import TransferArrived, TransferCancelled, TransferLost
from app.transfers.states import AFTER_ARRIVAL, TRANSFER
from app.workflows.draft_transfers import discard_transfers
from app.workflows.expect_transfers import expect
from app.workflows.spread_transfers import Arrival, Loss, Spread, TurnedUp
from app.workflows.unfit_arrivals import unfit_arrivals

LOSSES = {
    "missing": "Not in the delivery",
    "destroyed": "Destroyed on the way",
    "stolen": "Stolen",
    "carrier": "Lost by the carrier",
}
REASONS = {"arrived": "transfer_in", "returned": "transfer_back", "found": "found"}


def receive_transfers(session: Session, arrivals: Sequence[Arrival], *, actor: Actor) -> None:
    """Post what came in at the site it was sent to, and tell of it: waiting orders get what is good. All or none."""
    found = book.lock(session, {one.transfer_id for one in arrivals})
    for one in arrivals:
        if not one.is_surplus or found[one.transfer_id].state not in AFTER_ARRIVAL:
            TRANSFER.target(found[one.transfer_id].state, "receive")
    spread = Spread(session, found, arrivals)
    entries = [(one.transfer_id, entry) for one in arrivals for entry in spread.arrived(one)]
    _settle(session, found, entries, turned_up=spread.turned_up, actor=actor)
    emit(session, _told(entries), actor=actor)


def lose_transfers(session: Session, losses: Sequence[Loss], *, actor: Actor) -> None:
    """Write off units on their way, with the reason. They left their site's stock when they were sent."""
    unknown = [one.reason for one in losses if one.reason not in LOSSES]
    if unknown:
        raise Invalid([("reason", f"“{unknown[0][:40]}” is not one of {', '.join(LOSSES)}")])
    found = book.lock(session, {one.transfer_id for one in losses})
    for one in losses:
        TRANSFER.target(found[one.transfer_id].state, "book_a_loss")
    spread = Spread(session, found, losses)
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
    spread = Spread(session, back, ())
    entries = [(one.id, entry) for one in back.values() for entry in spread.everything(one, "returned")]
    _settle(session, back, entries, actor=actor)
    returned = [TransferCancelled(transfer_id=one.id, returned=one.in_transit) for one in back.values()]
    emit(session, returned, actor=actor)


def _settle(
    session: Session,
    found: Mapping[int, TransferRow],
    entries: Sequence[tuple[int, Entry]],
    *,
    turned_up: Sequence[TurnedUp] = (),
    actor: Actor,
) -> None:
    """Stock, counters, what is still expected, and the states: everything that follows from entries."""
    if not entries:
        return
    ends = {(line.sku_id, site) for one in found.values() for line in one.lines for site in _ends(one)}
    held = levels.lock(session, ends)
    come = _movements(found, entries)
    unfit = unfit_arrivals(session, come)
    movements = [replace(each, condition=unfit[at].condition) if at in unfit else each for at, each in enumerate(come)]
    post(session, movements, actor=actor, locked=held)
    cases.add(session, list(unfit.values()), actor=actor)
    lost = {entry.serial_id: entry.line_id for _, entry in entries if entry.kind == "lost" and entry.serial_id}
    numbered.lose(session, lost, actor=actor)
    book.write(session, _named(session, entries, turned_up, movements, actor), actor=actor)
    expect(session, list(found), actor=actor)
    book.settle(session, list(found))
    emit(session, _arrivals(movements, held), actor=actor)


def _ends(one: TransferRow) -> tuple[int, int]:
    return one.from_site_id, one.to_site_id


def _movements(found: Mapping[int, TransferRow], entries: Sequence[tuple[int, Entry]]) -> list[Movement]:
    """One for each line, lot and reason. What a loss takes away left the ledger when the goods were sent."""
    units: dict[tuple[int, int, int | None, str], list[Entry]] = {}
    for id, entry in entries:
        if entry.kind in REASONS:
            units.setdefault((id, entry.line_id, entry.lot_id, entry.kind), []).append(entry)
    skus = {line.id: line.sku_id for one in found.values() for line in one.lines}
    return [
        Movement(
            sku_id=skus[line_id],
            site_id=found[id].from_site_id if kind == "returned" else found[id].to_site_id,
            on_hand=sum(entry.quantity for entry in mine),
            lot_id=lot_id,
            reason=REASONS[kind],
            reference=("transfer_line", line_id),
            serial_ids=tuple(entry.serial_id for entry in mine if entry.serial_id is not None),
        )
        for (id, line_id, lot_id, kind), mine in units.items()
    ]


def _named(
    session: Session,
    entries: Sequence[tuple[int, Entry]],
    turned_up: Sequence[TurnedUp],
    movements: Sequence[Movement],
    actor: Actor,
) -> list[tuple[int, Entry]]:
    """The entries, with those of units that turned up by number: these get it, or have it again, where they lie now."""
    if not turned_up:
        return list(entries)
    lies = {(one.reference[1], one.lot_id): one.condition for one in movements if one.reason == "found"}
    units = [
        Numbered(
            sku_id=one.sku_id,
            code=one.code,
            site_id=one.site_id,
            lot_id=one.entry.lot_id,
            condition=lies[one.entry.line_id, one.entry.lot_id],
            reference=("transfer_line", one.entry.line_id),
        )
        for one in turned_up
    ]
    ids = serials.register(session, units, actor=actor)
    number_of = {id(one.entry): serial_id for one, serial_id in zip(turned_up, ids, strict=True)}
    return [(each, replace(entry, serial_id=number_of.get(id(entry), entry.serial_id))) for each, entry in entries]


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
