"""A corrected address moves the order to another place: its zone and its sites are looked at again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment.geography import locate
from app.fulfilment.opening import open_lines
from app.inventory import allocations
from app.kernel.actor import Actor
from app.kernel.errors import DomainError, Invalid, Outrun, StaleState
from app.kernel.events import emit
from app.orders import contacts, facts
from app.orders.contacts import Placed
from app.orders.events import AddressCorrected
from app.orders.status import permitted_actions
from app.orders.values import Contact
from app.shipping import zones
from app.workflows.displace import take_back
from app.workflows.route_orders import route_backordered


@dataclass(frozen=True, kw_only=True)
class Correction:
    """``seen`` is the fingerprint of the contact that the person had before them."""

    order_id: int
    contact: Contact
    seen: str


class ChangedMeanwhile(Outrun):
    """Somebody else corrected the same address; both versions are kept for comparing, out of the message."""

    def __init__(self, theirs: Contact, mine: Contact) -> None:
        super().__init__("somebody else has corrected this address meanwhile: compare both and save again")
        self.theirs, self.mine = theirs, mine


def correct_addresses(session: Session, corrections: Sequence[Correction], *, actor: Actor) -> None:
    """Correct addresses, all or none; units that no site was told to pick are routed again when the place moves."""
    order_ids = {one.order_id for one in corrections}
    facts.lock(session, order_ids)
    before = contacts.load(session, order_ids)
    _refuse_stale(corrections, before)
    _refuse_started(session, order_ids)
    changed = [one for one in corrections if contacts.changed_fields(before[one.order_id], one.contact)]
    contacts.write(session, [_placed(one) for one in changed])
    _keep_zones(session, changed)
    emit(session, [_event(one, before) for one in changed], actor=actor)
    moved = [one.order_id for one in changed if _where(before[one.order_id]) != _where(one.contact)]
    if moved:
        _route_again(session, moved, actor)


def _refuse_stale(corrections: Sequence[Correction], before: Mapping[int, Contact]) -> None:
    for one in corrections:
        if one.order_id not in before:
            raise DomainError("this order's personal data was erased: it has no address to correct")
        if contacts.fingerprint(before[one.order_id]) != one.seen:
            raise ChangedMeanwhile(before[one.order_id], one.contact)


def _refuse_started(session: Session, order_ids: set[int]) -> None:
    for one in facts.load(session, order_ids).values():
        why_not = permitted_actions(one)["correct_address"]
        if why_not:
            raise StaleState(why_not)


def _placed(one: Correction) -> Placed:
    contact = one.contact
    place = locate(contact.country, contact.postal_code, contact.city, contact.region)
    if place is None:
        where = f"{contact.postal_code} {contact.city}, {contact.country}"
        raise Invalid([("postal_code", f"no such place: “{where}”; check postal code, city and country")])
    return Placed(order_id=one.order_id, contact=contact, place=place)


def _keep_zones(session: Session, changed: Sequence[Correction]) -> None:
    """Tax was agreed at the old zone's rate: a move to a zone with another rate needs a new order."""
    rules = zones.load(session)
    current = session.execute(
        text(
            "SELECT o.id, o.zone_id, z.tax_bp FROM orders o LEFT JOIN zones z ON z.id = o.zone_id"
            " WHERE o.id = ANY(CAST(:ids AS bigint[]))"
        ),
        {"ids": [one.order_id for one in changed]},
    ).all()
    rates = {row.id: row.tax_bp for row in current}
    for one in changed:
        zone = zones.match(
            rules, country=one.contact.country, region=one.contact.region, postal_code=one.contact.postal_code
        )
        if zone is None:
            raise Invalid([("country", f"we do not deliver to {one.contact.country}: add a delivery zone first")])
        if rates[one.order_id] is not None and zone.tax_bp != rates[one.order_id]:
            raise Invalid([("region", f"zone {zone.code} has another tax rate: cancel this order and place a new one")])


def _route_again(session: Session, order_ids: Sequence[int], actor: Actor) -> None:
    line_ids = session.execute(
        text("SELECT id FROM order_lines WHERE order_id = ANY(CAST(:ids AS bigint[])) AND allocated > 0"),
        {"ids": list(order_ids)},
    ).scalars()
    work = open_lines(session, set(line_ids))
    if work:
        shares = allocations.of_lines(session, {line.order_line_id for line in work})
        at = {(share.order_line_id, share.site_id): share for share in shares}
        losses = [(replace(at[line.order_line_id, line.site_id], quantity=line.unpicked), line) for line in work]
        take_back(session, losses, reason="address", actor=actor)
    route_backordered(session, order_ids, cause="address", actor=actor)


def _where(contact: Contact) -> tuple[str, ...]:
    return contact.country, contact.region, contact.postal_code, contact.city


def _event(one: Correction, before: Mapping[int, Contact]) -> AddressCorrected:
    return AddressCorrected(order_id=one.order_id, fields=contacts.changed_fields(before[one.order_id], one.contact))
