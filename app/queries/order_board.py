"""The order board: one page of orders, how many there are, and the numbers on the tabs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.channels.models import Channel
from app.fulfilment.models import FulfilmentOrder
from app.inventory.models import Site
from app.kernel import paging
from app.kernel.errors import Invalid
from app.kernel.paging import Count, Page
from app.orders.models import Order, OrderContact, OrderLine
from app.queries import board_filters
from app.queries.board_filters import VIEWS, Filters, is_held

PAGE = 50
MOST_COUNTED = 999


class BadSort(Invalid):
    """The board has no such order; the web answers 400."""


@dataclass(frozen=True)
class Sort:
    """``columns`` end with the id, so that no two orders stand at one place; ``kinds`` are the cursor's types."""

    columns: tuple[Any, ...]
    names: tuple[str, ...]
    kinds: tuple[type, ...]


def order_board(session: Session, filters: Filters, *, sort: str = "-placed", after: str = "") -> Page[Row[Any]]:
    """One page. Raises BadSort and BadCursor."""
    order, descending = _sorting(sort)
    cursor = paging.decode(after, order.kinds)
    statement = board_filters.apply(_rows(), filters)
    sought = paging.seek(statement, order.columns, cursor=cursor, limit=PAGE, descending=descending)
    rows = session.execute(sought).all()
    return paging.page(rows, PAGE, key=lambda row: tuple(getattr(row, name) for name in order.names), cursor=cursor)


def count(session: Session, filters: Filters) -> Count:
    return paging.count(session, board_filters.apply(select(Order.id), filters))


def tab_counts(session: Session) -> dict[str, str]:
    """How many orders each built-in view has, ``999+`` where counting on would cost; one statement."""
    capped = [_capped(key).label(key.replace("-", "_")) for key in VIEWS if key != "all"]
    row = session.execute(select(*capped)).one()
    counted = {key: row._mapping[key.replace("-", "_")] for key in VIEWS if key != "all"}
    return {key: str(found) if found <= MOST_COUNTED else f"{MOST_COUNTED}+" for key, found in counted.items()}


def choices(session: Session) -> Mapping[str, list[tuple[str, str]]]:
    """What the filters offer, as pairs of code and name."""
    channels = session.execute(select(Channel.code, Channel.name).order_by(Channel.name))
    sites = session.execute(select(Site.code, Site.name).order_by(Site.code))
    regions = session.scalars(board_filters.region_names())
    return {
        "channel": [(row.code, row.name) for row in channels],
        "site": [(row.code, f"{row.code} {row.name}") for row in sites],
        "region": [(name, name) for name in regions],
    }


def _capped(key: str) -> Any:
    inner = board_filters.apply(select(Order.id), Filters(view=key)).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(inner).scalar_subquery()


def _sorting(sort: str) -> tuple[Sort, bool]:
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise BadSort([("sort", f"the board cannot be sorted like this: choose one of {', '.join(SORTS)}")])
    return SORTS[name], sort.startswith("-")


def _rows() -> Select[Any]:
    units = select(func.sum(OrderLine.ordered - OrderLine.cancelled)).where(OrderLine.order_id == Order.id)
    sites = (
        select(func.array_agg(Site.code.distinct()))
        .join(FulfilmentOrder, FulfilmentOrder.site_id == Site.id)
        .where(FulfilmentOrder.order_id == Order.id, FulfilmentOrder.state != "cancelled")
    )
    columns: list[Any] = [
        Order.id,
        Order.number,
        Order.placed_at,
        Order.currency,
        Order.total_minor,
        Order.status,
        Order.payment_status,
        Order.fulfilment_status,
        Order.promised_at,
        Order.shipped_at,
        OrderContact.name,
        OrderContact.city,
        OrderContact.country,
        Channel.name.label("channel"),
        units.scalar_subquery().label("units"),
        sites.scalar_subquery().label("sites"),
        is_held().label("is_held"),
        board_filters.customer_name().label("customer"),
    ]
    joined = select(*columns).join(Channel, Channel.id == Order.channel_id)
    return joined.outerjoin(OrderContact, OrderContact.order_id == Order.id)


SORTS: Mapping[str, Sort] = {
    "placed": Sort((Order.placed_at, Order.id), ("placed_at", "id"), (datetime, int)),
    "total": Sort((Order.total_minor, Order.id), ("total_minor", "id"), (int, int)),
    "customer": Sort((board_filters.customer_name(), Order.id), ("customer", "id"), (str, int)),
}
