"""A batch of an order file becomes orders, through the one way in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.catalogue.adding import Product, add_missing
from app.catalogue.lookup import Asked, offers
from app.customers.register import Buyer, known_codes, register
from app.imports import staging
from app.imports.models import Import
from app.imports.options import Options
from app.imports.product_names import named_products
from app.imports.rows import Reason
from app.imports.staging import Group
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.batches import bisect
from app.kernel.errors import DomainError
from app.kernel.planning import hash_joins
from app.orders.values import Contact, Delivered, OrderRequest, Placement, RequestedLine
from app.workflows.check_import import Home
from app.workflows.place_orders import place_orders

CONTACT = ("street", "city", "region", "postal_code")


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What every order of the file shares."""

    row: Import
    channel: str
    options: Options
    home: Home


def create_products(session: Session, batch: Batch) -> int:
    """Products that the file names and we do not have; answers how many."""
    assert batch.row.channel_id is not None
    with hash_joins(session):
        named = {product.sku: product for product in named_products(session, batch.row.id)}
    asked = {code: Asked(channel_id=batch.row.channel_id, price_list_id=None, code=code) for code in named}
    found = offers(session, asked.values())
    missing = [named[code] for code, one in asked.items() if one not in found]
    return add_missing(session, [Product(code=one.sku, name=one.name, category=one.category) for one in missing])


def import_orders(session: Session, batch: Batch, groups: Sequence[Group], *, actor: Actor) -> dict[str, Any]:
    """Place the orders of these groups; answers what came of them, to be added up."""
    codes = _customers(session, batch, groups)
    requests = [_request(batch, group, codes) for group in groups]
    placements = bisect(session, requests, lambda part: place_orders(session, part, actor=actor))
    refused = [(group, answer) for group, answer in zip(groups, placements, strict=True) if _is_refused(answer)]
    staging.reject(
        session, batch.row.id, [(row.line, _reason(answer)) for group, answer in refused for row in group.rows]
    )
    taken = [
        request
        for request, answer in zip(requests, placements, strict=True)
        if isinstance(answer, Placement) and answer.order_id is not None and not answer.duplicate
    ]
    return _sums(taken) | _answers(placements) | {"refused": len(refused)}


def _customers(session: Session, batch: Batch, groups: Sequence[Group]) -> set[str]:
    """Codes of customers that an order may name. Others buy as guests, unless the import may create them."""
    buyers = {code: buyer for code, buyer in (_buyer(group) for group in groups) if code}
    if "customers" in batch.options.create_missing:
        register(session, list(buyers.values()))
        return set(buyers)
    return known_codes(session, sorted(buyers))


def _buyer(group: Group) -> tuple[str, Buyer]:
    facts = _order_facts(group)
    code = facts["customer_code"]
    return code, Buyer(
        code=code,
        email=facts["email"] or None,
        name=facts["customer_name"],
        phone=facts["phone"] or None,
        segment=facts["segment"],
    )


def _request(batch: Batch, group: Group, codes: set[str]) -> OrderRequest:
    facts = _order_facts(group)
    zone = ZoneInfo(batch.home.time_zone)
    placed = _moment(facts["placed_on"], zone)
    code = facts["customer_code"]
    return OrderRequest(
        channel=batch.channel,
        external_number=group.key,
        contact=_contact(facts, batch),
        lines=tuple(_line(row.content) for row in group.rows),
        currency=facts["currency"],
        placed_at=placed,
        customer_code=code if code in codes else None,
        payment_method=facts["payment_method"],
        sales_region=facts["sales_region"],
        note=facts["note"],
        history=_history(batch, facts, placed, zone),
        import_id=batch.row.id,
        payload={"rows": [row.cells for row in group.rows]},
    )


def _order_facts(group: Group) -> Mapping[str, Any]:
    """Shops fill the order's own columns on its first row only: the first that says something counts."""
    names = group.rows[0].content
    return {name: next((row.content[name] for row in group.rows if row.content[name]), names[name]) for name in names}


def _contact(facts: Mapping[str, Any], batch: Batch) -> Contact:
    return Contact(
        name=facts["customer_name"],
        email=facts["email"] or None,
        phone=facts["phone"] or None,
        country=facts["country"] or batch.options.country or batch.home.country,
        **{name: facts[name] for name in CONTACT},
    )


def _line(content: Mapping[str, Any]) -> RequestedLine:
    names = ("sku", "quantity", "total_minor", "discount_bp")
    return RequestedLine(**{name: content[name] for name in names})


def _history(batch: Batch, facts: Mapping[str, Any], placed: datetime | None, zone: ZoneInfo) -> Delivered | None:
    until = batch.options.history_until
    if until is None or placed is None or placed.astimezone(zone).date() > until:
        return None
    shipped = max(_moment(facts["shipped_on"], zone) or placed, placed)
    return Delivered(shipped_at=shipped, delivered_at=shipped)


def _moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    """A date alone is the first moment of that day at home; a moment without a zone is meant at home."""
    if text is None:
        return None
    if len(text) == len("2019-11-30"):
        return clock.start_of_day(date.fromisoformat(text), zone.key)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _is_refused(answer: Placement | DomainError | DBAPIError) -> bool:
    return not isinstance(answer, Placement) or answer.came_to_nothing


def _reason(answer: Placement | DomainError | DBAPIError) -> Reason:
    if isinstance(answer, Placement):
        return Reason("", "", "; ".join(failure.message for failure in answer.failures if failure.severity == "block"))
    if isinstance(answer, DomainError):
        return Reason("", "", str(answer))
    return Reason("", "", f"the database refused this order ({answer.orig.__class__.__name__}): look at its values")


def _answers(answers: Sequence[Placement | DomainError | DBAPIError]) -> dict[str, int]:
    placements = [answer for answer in answers if isinstance(answer, Placement)]
    return {
        "known": sum(one.duplicate for one in placements),
        "parked": sum(one.exception_id is not None and not one.duplicate for one in placements),
    }


def _sums(requests: Sequence[OrderRequest]) -> dict[str, Any]:
    net: dict[str, int] = {}
    for request in requests:
        net[request.currency] = net.get(request.currency, 0) + sum(line.total_minor or 0 for line in request.lines)
    return {
        "orders": len(requests),
        "history": sum(request.history is not None for request in requests),
        "lines": sum(len(request.lines) for request in requests),
        "units": sum(line.quantity for request in requests for line in request.lines),
        "net": net,
    }
