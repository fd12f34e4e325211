"""Picking: units come off the shelf, one scan or a typed number at a time; or go back to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.fulfilment import scans, work
from app.fulfilment.scans import Scanned
from app.fulfilment.work import Count, Work, WorkLine
from app.kernel.actor import Actor
from app.kernel.errors import DomainError
from app.kernel.events import emit
from app.orders import facts
from app.orders.events import UnitsPicked, UnitsPutBack
from app.orders.facts import LineChange
from app.workflows.at_work import take
from app.workflows.read_scans import Reading, read_scans
from app.workflows.walk_shelves import Errand, return_to_shelves, take_from_shelves


class WrongItem(DomainError):
    """What was scanned is not asked for here."""


@dataclass(frozen=True, kw_only=True)
class Pick(Reading):
    """Units taken off the shelf, or put back; from which bin and lot and by which number, where somebody said so."""

    bin: str = ""
    lot: str = ""
    serial: str = ""


@dataclass(frozen=True, kw_only=True)
class _Taken:
    work: Work
    line: WorkLine
    quantity: int
    said: Pick


def pick(session: Session, picks: Sequence[Pick], *, actor: Actor) -> None:
    """Count picked units, all or none; a scan that came before is passed over. Raises ``WrongItem`` with what to do."""
    found = take(session, {one.fulfilment_order_id for one in picks})
    fresh = scans.record(session, read_scans(session, picks, step="pick"), actor=actor)
    taken = _spread(fresh, found, _said(picks), sign=+1)
    take_from_shelves(session, [_errand(one) for one in taken], actor=actor)
    _write(session, taken, sign=+1, actor=actor)
    picked = [
        UnitsPicked(
            order_id=one.work.order_id, fulfilment_order_id=one.work.id, sku=one.line.sku_code, quantity=one.quantity
        )
        for one in taken
    ]
    emit(session, picked, actor=actor)


def put_back(session: Session, picks: Sequence[Pick], *, actor: Actor) -> None:
    """Units go back to the shelf: picked, and not yet verified at the pack station. A hold does not hinder it."""
    found = take(session, {one.fulfilment_order_id for one in picks}, even_held=True)
    fresh = scans.record(session, read_scans(session, picks, step="put_back"), actor=actor)
    _refuse_verified(session, fresh, found)
    taken = _spread(fresh, found, _said(picks), sign=-1)
    return_to_shelves(session, [_errand(one) for one in taken], actor=actor)
    _write(session, taken, sign=-1, actor=actor)
    returned = [
        UnitsPutBack(
            order_id=one.work.order_id, fulfilment_order_id=one.work.id, sku=one.line.sku_code, quantity=one.quantity
        )
        for one in taken
    ]
    emit(session, returned, actor=actor)


def _said(picks: Sequence[Pick]) -> dict[tuple[int, str], Pick]:
    return {(one.fulfilment_order_id, one.client_scan_id): one for one in picks}


def _spread(
    fresh: Sequence[Scanned], found: Mapping[int, Work], said: Mapping[tuple[int, str], Pick], *, sign: int
) -> list[_Taken]:
    """Give each scan to the work's lines of that SKU, in their order."""
    left = {line.id: _room(line, sign) for one in found.values() for line in one.lines}
    taken = []
    for scan in fresh:
        one = found[scan.fulfilment_order_id]
        _refuse_impossible(scan, one, left, sign)
        missing = scan.quantity
        for line in one.of_sku(scan.sku_code):
            units = min(missing, left[line.id])
            left[line.id] -= units
            missing -= units
            if units:
                whole = said[scan.fulfilment_order_id, scan.client_scan_id]
                taken.append(_Taken(work=one, line=line, quantity=units, said=whole))
    return taken


def _room(line: WorkLine, sign: int) -> int:
    return line.quantity - line.picked if sign > 0 else line.picked - line.packed


def _refuse_impossible(scan: Scanned, one: Work, left: Mapping[int, int], sign: int) -> None:
    lines = one.of_sku(scan.sku_code)
    if scan.quantity < 1:
        raise DomainError(f"{scan.quantity} is no number of units: type 1 or more", field="quantity")
    if not lines:
        raise WrongItem(f"{scan.sku_code} is not on this list: put it back, and scan the item that is asked for")
    room = sum(left[line.id] for line in lines)
    if scan.quantity <= room:
        return
    if sign > 0:
        asked = sum(line.quantity for line in lines)
        raise WrongItem(
            f"{scan.sku_code}: {asked - room} of {asked} are picked, so take {room} more, not {scan.quantity}"
        )
    raise DomainError(
        f"{scan.sku_code}: {room} can go back, not {scan.quantity}; what is packed must be unpacked first",
        field="quantity",
    )


def _refuse_verified(session: Session, fresh: Sequence[Scanned], found: Mapping[int, Work]) -> None:
    """What lies verified in an open box is taken out there, or the box and the counters would differ."""
    verified = scans.verified(session, set(found))
    for scan in fresh:
        lines = found[scan.fulfilment_order_id].of_sku(scan.sku_code)
        loose = sum(line.picked for line in lines) - verified.get((scan.fulfilment_order_id, scan.sku_code), 0)
        if lines and scan.quantity > loose:
            raise DomainError(
                f"{scan.sku_code}: {loose} can go back, not {scan.quantity}; empty the open box first", field="quantity"
            )


def _errand(one: _Taken) -> Errand:
    return Errand(
        line_id=one.line.id,
        sku_id=one.line.sku_id,
        sku_code=one.line.sku_code,
        site_id=one.work.site_id,
        quantity=one.quantity,
        bin=one.said.bin,
        lot=one.said.lot,
        serial=one.said.serial,
    )


def _write(session: Session, taken: Sequence[_Taken], *, sign: int, actor: Actor) -> None:
    work.count(session, [Count(line_id=one.line.id, picked=sign * one.quantity) for one in taken])
    changes = [LineChange(order_line_id=one.line.order_line_id, picked=sign * one.quantity) for one in taken]
    facts.change(session, changes, actor=actor)
