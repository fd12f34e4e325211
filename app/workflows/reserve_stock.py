"""Reserving units for carts and quotes by the codes that their channels use; of a kit, its components."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.catalogue import kits
from app.catalogue.lookup import Asked, Offer, offers
from app.channels.lookup import ChannelTerms, terms
from app.inventory import reservations
from app.inventory.reservations import Demand
from app.inventory.spread import Shortage
from app.kernel.actor import Actor
from app.orders.values import Failure


@dataclass(frozen=True, kw_only=True)
class Ask:
    """All that one cart or quote wants; ``owner`` is what its channel calls it, ``minutes`` None the usual."""

    channel: str
    owner: str
    lines: tuple[tuple[str, int], ...]
    kind: str = "cart"
    minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Reserved:
    """A token and until when it lasts; or ``failures``, one for each line that is to blame."""

    token: str | None = None
    expires_at: datetime | None = None
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Line:
    """``units`` of one SKU id each go into one of what was asked for."""

    place: int
    code: str
    quantity: int
    units: Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class _Read:
    ask: Ask
    channel_id: int
    lines: tuple[_Line, ...]
    failures: tuple[Failure, ...]

    @property
    def demand(self) -> Demand:
        wanted: dict[int, int] = {}
        for line in self.lines:
            for sku, units in line.units.items():
                wanted[sku] = wanted.get(sku, 0) + units * line.quantity
        lasts = timedelta(minutes=self.ask.minutes) if self.ask.minutes else None
        return Demand(channel_id=self.channel_id, owner=self.ask.owner, wanted=wanted, kind=self.ask.kind, lasts=lasts)


def reserve_stock(session: Session, asks: Sequence[Ask], *, actor: Actor) -> list[Reserved]:
    """Each cart has everything it asks for, or keeps what it had and is told every line that is short."""
    read = _read(session, asks)
    good = [one for one in read if not one.failures]
    answers = iter(reservations.reserve(session, [one.demand for one in good], actor=actor) if good else ())
    reserved = []
    for one in read:
        if one.failures:
            reserved.append(Reserved(failures=one.failures))
            continue
        answer = next(answers)
        failures = _shortages(one.lines, answer.short)
        reserved.append(Reserved(token=answer.token, expires_at=answer.expires_at, failures=failures))
    return reserved


def _read(session: Session, asks: Sequence[Ask]) -> list[_Read]:
    channels = terms(session, {ask.channel for ask in asks})
    asked = {_asked(code, channels[ask.channel]) for ask in asks if ask.channel in channels for code, _ in ask.lines}
    found = offers(session, asked)
    of_kits = {(offer.sku_id, None) for offer in found.values() if offer.is_kit}
    parts = kits.contents(session, of_kits) if of_kits else {}
    return [_resolved(ask, channels.get(ask.channel), found, parts) for ask in asks]


def _asked(code: str, channel: ChannelTerms) -> Asked:
    return Asked(channel_id=channel.id, price_list_id=channel.price_list_id, code=code)


def _resolved(
    ask: Ask,
    channel: ChannelTerms | None,
    found: Mapping[Asked, Offer],
    parts: Mapping[kits.Listed, tuple[kits.Component, ...]],
) -> _Read:
    if channel is None:
        why = f"there is no active channel “{ask.channel}”: add it on the admin page"
        return _Read(ask=ask, channel_id=0, lines=(), failures=(_failure("unknown_channel", "channel", why),))
    lines, failures = [], []
    for place, (code, quantity) in enumerate(ask.lines):
        offer = found.get(_asked(code, channel))
        components = parts.get((offer.sku_id, None), ()) if offer else ()
        if why := _why_not(code, offer, components):
            failures.append(_failure("unknown_sku" if offer is None else "inactive_sku", f"lines.{place}.sku", why))
        elif offer:
            units = {one.sku_id: one.quantity for one in components} or {offer.sku_id: 1}
            lines.append(_Line(place=place, code=offer.code, quantity=quantity, units=units))
    return _Read(ask=ask, channel_id=channel.id, lines=tuple(lines), failures=tuple(failures))


def _why_not(code: str, offer: Offer | None, components: Sequence[kits.Component]) -> str:
    if offer is None:
        return f"there is no SKU “{code}”: add it, or map it to one of ours"
    if not offer.is_active:
        return f"{offer.code} is no longer sold: choose another SKU or activate it"
    if offer.is_kit and not components:
        return f"{offer.code} is a kit of nothing: say what goes into it on the product's page"
    resting = [one.code for one in components if not one.is_active]
    if resting:
        return (
            f"{offer.code} needs {', '.join(resting)}, no longer sold: activate it, or change what the kit is made of"
        )
    return ""


def _shortages(lines: Sequence[_Line], short: Sequence[Shortage]) -> tuple[Failure, ...]:
    """Of a kit there are as many as its scarcest component is enough for."""
    by_sku = {one.sku_id: one for one in short}
    failures = []
    for line in lines:
        left = [by_sku[sku].left // units for sku, units in line.units.items() if sku in by_sku]
        if left:
            why = f"{line.code}: {min(left)} left, {line.quantity} asked"
            failures.append(_failure("out_of_stock", f"lines.{line.place}.quantity", why))
    return tuple(failures)


def _failure(code: str, field: str, message: str) -> Failure:
    return Failure(code=code, field=field, message=message)
