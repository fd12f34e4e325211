"""The pack station: each item is verified by a scan, a wrong one stops everything, a closed box is a parcel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.fulfilment import parcels, scans, work
from app.fulfilment.parcels import NewParcel
from app.fulfilment.scans import Scanned
from app.fulfilment.work import Count, Work
from app.kernel.actor import Actor
from app.kernel.errors import DomainError
from app.kernel.events import emit
from app.orders import facts
from app.orders.events import ParcelPacked
from app.orders.facts import LineChange
from app.workflows.at_work import take
from app.workflows.read_scans import Reading, read_scans


class WrongInBox(DomainError):
    """Something that does not belong there lies in the box until somebody says that it is out."""


class NotVerified(DomainError):
    """Something has not been scanned yet."""


class Check(Reading):
    """An item held before the scanner."""


@dataclass(frozen=True, kw_only=True)
class Closing:
    """``is_partial`` closes the box with what is in it; otherwise every unit of the work must be verified."""

    fulfilment_order_id: int
    is_partial: bool = False
    weight_g: int | None = None


def verify(session: Session, checks: Sequence[Check], *, actor: Actor) -> list[Scanned]:
    """Write each new scan down as right (``pack``) or ``wrong``; answers the new ones.

    A wrong item is a fact that is kept, not an exception: until ``acknowledge``, further scans raise ``WrongInBox``.
    """
    found = take(session, {one.fulfilment_order_id for one in checks})
    asked = read_scans(session, checks, step="pack")
    known = scans.known(session, asked)
    fresh = [one for one in asked if (one.fulfilment_order_id, one.client_scan_id) not in known]
    if fresh:
        _refuse_stopped(session, {one.fulfilment_order_id for one in fresh})
    return scans.record(session, _judged(fresh, found, scans.verified(session, set(found))), actor=actor)


def acknowledge(session: Session, fulfilment_order_ids: Sequence[int]) -> None:
    """The wrong item is out of the box."""
    take(session, fulfilment_order_ids, even_held=True)
    scans.acknowledge(session, fulfilment_order_ids)


def close_parcels(session: Session, closings: Sequence[Closing], *, actor: Actor) -> list[int]:
    """Make a parcel of what is verified and in no parcel yet; answers the parcels' ids in order.

    Closing twice gives the same parcel. Raises ``NotVerified`` while something is missing.
    """
    ids = [one.fulfilment_order_id for one in closings]
    found = take(session, ids)
    _refuse_stopped(session, set(ids))
    box = open_units(scans.verified(session, ids), found)
    last = parcels.last_closed(session, ids)
    fresh = [one for one in closings if box[one.fulfilment_order_id] or one.fulfilment_order_id not in last]
    for one in fresh:
        _refuse_unverified(one, found[one.fulfilment_order_id], box[one.fulfilment_order_id])
    made = [_new_parcel(one, found[one.fulfilment_order_id], box[one.fulfilment_order_id]) for one in fresh]
    made_ids = dict(zip((one.fulfilment_order_id for one in made), parcels.close(session, made), strict=True))
    _write(session, made, found, actor)
    packed = [
        ParcelPacked(order_id=one.order_id, parcel_id=made_ids[one.fulfilment_order_id], units=sum(one.units.values()))
        for one in made
    ]
    emit(session, packed, actor=actor)
    return [made_ids.get(id, last.get(id, 0)) for id in ids]


def open_units(verified: Mapping[tuple[int, str], int], found: Mapping[int, Work]) -> dict[int, dict[int, int]]:
    """What lies in each open box: units by line id, given to the lines of a SKU in their order."""
    box: dict[int, dict[int, int]] = {}
    for id, one in found.items():
        left = {line.sku_code: verified.get((id, line.sku_code), 0) for line in one.lines}
        for line in one.lines:
            left[line.sku_code] -= line.packed
        units = {}
        for line in one.lines:
            given = min(left[line.sku_code], line.picked - line.packed)
            left[line.sku_code] -= given
            if given > 0:
                units[line.id] = given
        box[id] = units
    return box


def _judged(
    fresh: Sequence[Scanned], found: Mapping[int, Work], verified: Mapping[tuple[int, str], int]
) -> list[Scanned]:
    so_far = dict(verified)
    judged = []
    for scan in fresh:
        if scan.quantity < 1:
            raise DomainError(f"{scan.quantity} is no number of units: type 1 or more", field="quantity")
        key = scan.fulfilment_order_id, scan.sku_code
        picked = sum(line.picked for line in found[scan.fulfilment_order_id].of_sku(scan.sku_code))
        is_right = so_far.get(key, 0) + scan.quantity <= picked
        if is_right:
            so_far[key] = so_far.get(key, 0) + scan.quantity
        judged.append(scan if is_right else scans.as_wrong(scan))
    return judged


def _refuse_stopped(session: Session, ids: set[int]) -> None:
    for code in scans.wrong(session, ids).values():
        raise WrongInBox(f"{code} does not belong in this box: take it out and confirm that, then go on", field="code")


def _refuse_unverified(closing: Closing, one: Work, box: Mapping[int, int]) -> None:
    if not box:
        raise NotVerified("nothing is verified yet: scan each item as it goes into the box")
    if closing.is_partial:
        return
    unpicked = sum(line.quantity - line.picked for line in one.lines)
    if unpicked:
        raise NotVerified(f"{unpicked} units are not picked yet: pick them, or close this box and pack the rest later")
    missing = sum(line.picked - line.packed for line in one.lines) - sum(box.values())
    if missing:
        raise NotVerified(f"{missing} units are not verified yet: scan them, or close this box and pack the rest later")


def _new_parcel(closing: Closing, one: Work, box: Mapping[int, int]) -> NewParcel:
    return NewParcel(fulfilment_order_id=one.id, order_id=one.order_id, units=box, weight_g=closing.weight_g)


def _write(session: Session, made: Sequence[NewParcel], found: Mapping[int, Work], actor: Actor) -> None:
    units = [(found[one.fulfilment_order_id].line(id), count) for one in made for id, count in one.units.items()]
    work.count(session, [Count(line_id=line.id, packed=count) for line, count in units])
    changes = [LineChange(order_line_id=line.order_line_id, packed=count) for line, count in units]
    facts.change(session, changes, actor=actor)
