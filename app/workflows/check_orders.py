"""Validation and pricing of order requests: every broken rule is found, not just the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.catalogue.kits import Component, Listed
from app.catalogue.lookup import Asked, Offer, offers
from app.channels.lookup import ChannelTerms, terms
from app.fulfilment.geography import locate
from app.kernel.text import LARGEST_QUANTITY
from app.orders.values import Failure, OrderRequest, RequestedLine
from app.shipping import zones
from app.shipping.zones import ZoneRow
from app.workflows import price_kits
from app.workflows.price_kits import Priced

MENDABLE = frozenset({"unknown_sku", "inactive_sku", "no_price", "no_zone", "unreadable_address"})
UNUSUAL_UNITS = 1_000
NO_TERMS = ChannelTerms(id=0, code="", price_list_id=None, backorders_allowed=False, payment_condition="none")


@dataclass(frozen=True, kw_only=True)
class _Catalogue:
    """What the codes of a batch mean, and what the kits among them are made of."""

    offers: Mapping[Asked, Offer]
    kits: Mapping[Listed, Sequence[Component]]

    def components(self, offer: Offer, channel: ChannelTerms) -> Sequence[Component]:
        """Nothing for what is no kit."""
        return self.kits.get((offer.sku_id, channel.price_list_id), ()) if offer.is_kit else ()


@dataclass(frozen=True, kw_only=True)
class Checked:
    """``lines`` is complete only where no failure blocks."""

    request: OrderRequest
    channel: ChannelTerms
    zone: ZoneRow | None
    place: tuple[int, int] | None
    lines: tuple[Priced, ...]
    failures: tuple[Failure, ...]

    @property
    def is_blocked(self) -> bool:
        return any(failure.severity == "block" for failure in self.failures)

    @property
    def is_mendable(self) -> bool:
        return all(failure.code in MENDABLE for failure in self.failures if failure.severity == "block")

    @property
    def holds(self) -> tuple[str, ...]:
        return tuple(sorted({failure.code for failure in self.failures if failure.severity == "hold"}))


def check_orders(session: Session, requests: Sequence[OrderRequest]) -> list[Checked]:
    """Check each request against the reference data of the moment."""
    channels = terms(session, {request.channel for request in requests})
    known = [request for request in requests if request.channel in channels]
    found = offers(session, {_asked(line, channels[request.channel]) for request in known for line in request.lines})
    catalogue = _Catalogue(offers=found, kits=price_kits.contents(session, found))
    rules = zones.load(session)
    return [
        _check(request, channels[request.channel], catalogue, rules)
        if request.channel in channels
        else _nowhere(request)
        for request in requests
    ]


def _nowhere(request: OrderRequest) -> Checked:
    """Without its channel nothing else can be judged."""
    why = f"there is no active channel “{request.channel}”: add it on the admin page"
    return Checked(
        request=request,
        channel=NO_TERMS,
        zone=None,
        place=None,
        lines=(),
        failures=(Failure(code="unknown_channel", field="channel", message=why),),
    )


def _asked(line: RequestedLine, channel: ChannelTerms) -> Asked:
    return Asked(channel_id=channel.id, price_list_id=channel.price_list_id, code=line.sku)


def _check(request: OrderRequest, channel: ChannelTerms, catalogue: _Catalogue, rules: Sequence[ZoneRow]) -> Checked:
    contact = request.contact
    zone = zones.match(rules, country=contact.country, region=contact.region, postal_code=contact.postal_code)
    failures: list[Failure] = []
    place = None if request.history else _place(request, zone, failures)
    if not request.lines:
        failures.append(Failure(code="no_lines", field="lines", message="an order needs at least one line"))
    tax_bp = zone.tax_bp if zone and request.import_id is None else 0
    lines = _check_lines(request, channel, catalogue, tax_bp, failures)
    return Checked(
        request=request,
        channel=channel,
        zone=zone,
        place=place,
        lines=tuple(lines),
        failures=tuple(failures),
    )


def _place(request: OrderRequest, zone: ZoneRow | None, failures: list[Failure]) -> tuple[int, int] | None:
    contact = request.contact
    if zone is None:
        where = contact.country or "an address without a country"
        failures.append(
            Failure(
                code="no_zone", field="contact.country", message=f"we do not deliver to {where}: add a delivery zone"
            )
        )
    place = locate(contact.country, contact.postal_code, contact.city, contact.region)
    if place is None:
        failures.append(
            Failure(
                code="unreadable_address",
                field="contact.postal_code",
                message=f"no such place: “{contact.postal_code} {contact.city}, {contact.country}”; correct it",
            )
        )
    return place


def _check_lines(
    request: OrderRequest, channel: ChannelTerms, catalogue: _Catalogue, tax_bp: int, failures: list[Failure]
) -> list[Priced]:
    lines = []
    for position, line in enumerate(request.lines):
        offer = catalogue.offers.get(_asked(line, channel))
        components = catalogue.components(offer, channel) if offer else ()
        problem = _line_problem(line, offer, request) or _kit_problem(offer, components, request)
        if problem or offer is None:
            code, part, message = problem or ("unknown_sku", "sku", line.sku)
            failures.append(Failure(code=code, field=f"lines.{position}.{part}", message=message))
            continue
        priced = _priced(position, line, offer, tax_bp)
        lines.extend(price_kits.divide(priced, components, request.currency) if components else [priced])
        if line.quantity >= UNUSUAL_UNITS:
            failures.append(_unusual(position, line))
    return lines


def _priced(place: int, line: RequestedLine, offer: Offer, tax_bp: int) -> Priced:
    total = line.total_minor if line.total_minor is not None else line.quantity * (offer.price_minor or 0)
    return Priced(
        place=place,
        sku_id=offer.sku_id,
        sku_code=offer.code,
        name=offer.name,
        quantity=line.quantity,
        total_minor=total,
        tax_bp=tax_bp,
        tax_minor=_share(total, tax_bp),
        discount_bp=line.discount_bp,
    )


def _unusual(position: int, line: RequestedLine) -> Failure:
    message = f"{line.quantity} units of {line.sku} are unusually many: look before it goes out"
    return Failure(code="unusual_quantity", field=f"lines.{position}.quantity", message=message, severity="hold")


def _line_problem(line: RequestedLine, offer: Offer | None, request: OrderRequest) -> tuple[str, str, str] | None:
    if not 1 <= line.quantity <= LARGEST_QUANTITY:
        why = f"the quantity must be between 1 and {LARGEST_QUANTITY:,}, not {line.quantity}"
        return "bad_quantity", "quantity", why
    if line.total_minor is not None and line.total_minor < 0:
        return "bad_total", "total", "a line total cannot be negative"
    if offer is None:
        return "unknown_sku", "sku", f"there is no SKU “{line.sku}”: add it, or map it to one of ours"
    if not offer.is_active and not request.history:
        return "inactive_sku", "sku", f"{offer.code} is no longer sold: choose another SKU or activate it"
    if line.total_minor is None and offer.price_minor is None:
        return "no_price", "sku", f"{offer.code} has no price on this channel's list: add one, or send the line total"
    if line.total_minor is None and offer.currency != request.currency:
        return "bad_currency", "currency", f"the price list is in {offer.currency}, the order in {request.currency}"
    return None


def _kit_problem(
    offer: Offer | None, components: Sequence[Component], request: OrderRequest
) -> tuple[str, str, str] | None:
    if offer is None or not offer.is_kit or request.history:
        return None
    if not components:
        return "inactive_sku", "sku", f"{offer.code} is a kit of nothing: say what goes into it on the product's page"
    resting = [one.code for one in components if not one.is_active]
    if resting:
        why = f"{offer.code} needs {', '.join(resting)}, no longer sold: activate it, or change what the kit is made of"
        return "inactive_sku", "sku", why
    return None


def _share(minor: int, basis_points: int) -> int:
    """Half up, in integers."""
    return (minor * basis_points + 5_000) // 10_000
