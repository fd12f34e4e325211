"""Which orders a board shows: filters, and the views that everybody has."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from app.channels.models import Channel
from app.customers.models import Customer
from app.fulfilment.models import FulfilmentOrder
from app.inventory.models import Site
from app.kernel import clock
from app.orders.models import Hold, Order, OrderContact, OrderLine
from app.queries.search import matching_orders

ID = re.compile(r"[0-9]{1,15}", re.ASCII)
OPEN = ("received", "confirmed", "in_process", "partly_shipped")
Condition = Callable[[], ColumnElement[bool]]


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


def apply(statement: Select[Any], filters: Filters) -> Select[Any]:
    """Narrow a statement over orders; ``statement`` may join what it likes."""
    conditions = [VIEWS[filters.view].condition(), *_chosen(filters), *_bounds(filters), *_related(filters)]
    return statement.where(*conditions)


def _chosen(filters: Filters) -> list[ColumnElement[bool]]:
    columns = {
        Order.status: filters.status,
        Order.payment_status: filters.payment,
        Order.fulfilment_status: filters.fulfilment,
    }
    chosen: list[ColumnElement[bool]] = [column.in_(values) for column, values in columns.items() if values]
    if filters.region:
        chosen.append(Order.sales_region == filters.region)
    if filters.customer:
        chosen.append(Order.customer_id.in_(_customers(filters.customer)))
    return chosen


def _customers(code_or_id: str) -> Select[Any]:
    """A customer's code, or the id of one that has none."""
    by_code = select(Customer.id).where(Customer.code == code_or_id)
    if not ID.fullmatch(code_or_id):
        return by_code
    return select(Customer.id).where(
        or_(Customer.code == code_or_id, and_(Customer.code.is_(None), Customer.id == int(code_or_id)))
    )


def _bounds(filters: Filters) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = []
    if filters.since:
        bounds.append(Order.placed_at >= filters.since)
    if filters.until:
        bounds.append(Order.placed_at < filters.until)
    return bounds


def _related(filters: Filters) -> list[ColumnElement[bool]]:
    related: list[ColumnElement[bool]] = []
    if filters.channel:
        related.append(Order.channel_id.in_(select(Channel.id).where(Channel.code.in_(filters.channel))))
    if filters.site:
        sites = select(Site.id).where(Site.code.in_(filters.site))
        work = exists().where(FulfilmentOrder.order_id == Order.id, FulfilmentOrder.site_id.in_(sites))
        related.append(work.where(FulfilmentOrder.state != "cancelled"))
    if filters.sku:
        related.append(Order.id.in_(select(OrderLine.order_id).where(OrderLine.sku_code == filters.sku)))
    if filters.q:
        related.append(Order.id.in_(matching_orders(filters.q)))
    return related


def _everything() -> ColumnElement[bool]:
    return Order.id > 0


def _open() -> ColumnElement[bool]:
    return Order.status.in_(OPEN)


def _at(*states: str) -> Condition:
    return lambda: and_(_open(), Order.fulfilment_status.in_(states))


def _late() -> ColumnElement[bool]:
    return and_(_open(), Order.promised_at < clock.now())


def is_held() -> ColumnElement[bool]:
    return exists().where(Hold.order_id == Order.id, Hold.released_at.is_(None))


def _held() -> ColumnElement[bool]:
    return is_held()


def _unpaid() -> ColumnElement[bool]:
    return and_(_open(), Order.payment_status.in_(("unpaid", "partly_paid")))


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


def region_names() -> Select[Any]:
    return select(Order.sales_region).where(Order.sales_region != "").distinct().order_by(Order.sales_region)


def customer_name() -> ColumnElement[str]:
    """What the board sorts by when it sorts by customer."""
    return func.lower(func.coalesce(OrderContact.name, ""))
