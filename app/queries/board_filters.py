"""Which orders a board shows: filters, and the views that everybody has."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select

from app.channels.models import Channel
from app.customers.models import Customer
from app.fulfilment.models import FulfilmentOrder
from app.inventory.models import Site
from app.kernel import clock
from app.orders.models import OPEN, Hold, Order
from app.queries.one_by_one import of_one_order

ID = re.compile(r"[0-9]{1,15}", re.ASCII)
Condition: TypeAlias = Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Empty means any; several values of one filter mean any of them. ``since`` and ``until`` bound the placing."""

    view: str = "open"
    q: str = ""
    status: tuple[str, ...] = ()
    payment: tuple[str, ...] = ()
    fulfilment: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    region: str = ""
    sku: str = ""
    customer: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class View:
    """A tab of the board; ``tone`` draws the eye to its number."""

    label: str
    sub: str
    condition: Condition
    tone: str = ""


def led_by_index(filters: Filters) -> list[ColumnElement[bool]]:
    """Conditions on orders that an index answers, newest first."""
    chosen = [VIEWS[filters.view].condition(Order)]
    if filters.status:
        chosen.append(_is_one_of(Order.status, filters.status))
    if filters.payment:
        chosen.append(_is_one_of(Order.payment_status, filters.payment))
    if filters.fulfilment:
        meant = {status for one in filters.fulfilment for status in STATUSES_OF[one]}
        chosen.append(_is_one_of(Order.status, sorted(meant)))
        chosen += [] if FULL & meant else [Order.fulfilment_status.in_(filters.fulfilment)]
    if filters.customer:
        chosen.append(Order.customer_id.in_(_customers(filters.customer)))
    if filters.since:
        chosen.append(Order.placed_at >= filters.since)
    if filters.until:
        chosen.append(Order.placed_at < filters.until)
    return chosen


def looked_at_one_by_one(filters: Filters, order: Any) -> list[ColumnElement[bool]]:
    """Conditions for which an index would cost every order that comes in more than they are worth."""
    related: list[ColumnElement[bool]] = []
    if FULL & {status for one in filters.fulfilment for status in STATUSES_OF[one]}:
        related.append(order.fulfilment_status.in_(filters.fulfilment))
    if filters.region:
        related.append(order.sales_region == filters.region)
    if filters.channel:
        related.append(order.channel_id.in_(select(Channel.id).where(Channel.code.in_(filters.channel))))
    if filters.site:
        sites = select(Site.id).where(Site.code.in_(filters.site))
        is_there = and_(FulfilmentOrder.site_id.in_(sites), FulfilmentOrder.state != "cancelled")
        related.append(of_one_order(FulfilmentOrder, order, is_there))
    return related


def is_held(order: Any = Order) -> ColumnElement[bool]:
    return exists().where(Hold.order_id == order.id, Hold.released_at.is_(None))


def _customers(code_or_id: str) -> Select[Any]:
    """A customer's code, or the id of one that has none."""
    by_code = select(Customer.id).where(Customer.code == code_or_id)
    if not ID.fullmatch(code_or_id):
        return by_code
    return select(Customer.id).where(
        or_(Customer.code == code_or_id, and_(Customer.code.is_(None), Customer.id == int(code_or_id)))
    )


def _is_one_of(column: Any, values: Collection[str]) -> ColumnElement[bool]:
    """As literals, so that the planner sees which partial index holds them; only for words of our own."""
    found: ColumnElement[bool] = column.in_(bindparam(None, list(values), expanding=True, literal_execute=True))
    return found


def _everything(order: Any) -> ColumnElement[bool]:
    return and_(order.id > 0)


def _open(order: Any) -> ColumnElement[bool]:
    return _is_one_of(order.status, OPEN)


def _at(*states: str) -> Condition:
    return lambda order: and_(_open(order), order.fulfilment_status.in_(states))


def _late(order: Any) -> ColumnElement[bool]:
    return and_(_open(order), order.promised_at < clock.now())


def _held(order: Any) -> ColumnElement[bool]:
    return and_(order.id.in_(select(Hold.order_id).where(Hold.released_at.is_(None))))


def _unpaid(order: Any) -> ColumnElement[bool]:
    return and_(_open(order), order.payment_status.in_(("unpaid", "partly_paid")))


VIEWS: Mapping[str, View] = {
    "open": View("All open", "Everything that has not left, newest first", _open),
    "to-pick": View("To pick", "Released to a site and not fully picked", _at("released", "picking")),
    "to-pack": View("To pack", "Picked and not fully packed", _at("picked", "packing")),
    "ready": View("Ready", "Packed, waiting for the carrier", _at("packed")),
    "late": View("Late", "Promised for a day that is over", _late, "warn"),
    "held": View("On hold", "Stopped until somebody releases the hold", _held),
    "unpaid": View("Unpaid", "Open and not fully paid", _unpaid),
    "backordered": View("Backordered", "Waiting for stock", _at("backordered", "partly_allocated")),
    "all": View("All", "Every order, newest first", _everything),
}

# What an order's own status can be, given how far its goods are: leads to the index of the open or of the closed ones.
FULL = frozenset({"delivered"})  # no index holds nearly all orders
WAITING, AT_WORK = ("received", "confirmed"), ("in_process",)
STATUSES_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("backordered", "partly_allocated", "allocated"), WAITING),
    **dict.fromkeys(("released", "picking", "picked", "packing", "packed"), AT_WORK),
    "partly_shipped": ("partly_shipped", "partly_delivered"),
    "shipped": ("shipped", "partly_delivered"),
    "delivered": ("delivered",),
    "returned": ("shipped", "partly_delivered", "delivered"),
    "cancelled": ("cancelled",),
}
