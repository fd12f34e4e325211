"""The order board: one page of orders, how many there are, and the numbers on the tabs.

However many orders there are, a page costs little: it is read from an index, newest first, and where a filter has no
index of its own, at most ``LOOK`` orders are looked at for one page; the next one looks on from there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, text
from sqlalchemy.orm import Session, aliased

from app.channels.models import Channel
from app.inventory.models import Site
from app.kernel import paging
from app.kernel.errors import Invalid
from app.kernel.paging import Count, Cursor, Page
from app.orders.models import Order, OrderContact
from app.queries import board_filters
from app.queries.board_filters import VIEWS, Filters
from app.queries.board_rows import board_rows
from app.queries.search import Hits, orders_of_sku, orders_of_words

PAGE = 50
MOST_COUNTED = 999
COUNTED_EXACTLY = 1_000
LOOK = 20_000
NEWEST = 10_000
BY_TIME = "placed"


class BadSort(Invalid):
    """The board has no such order; the web answers 400."""


@dataclass(frozen=True)
class Sort:
    """Orders at one place stand by id; ``kinds`` are the cursor's types."""

    column: Callable[[Any], Any]
    kinds: tuple[type, ...]


@dataclass(frozen=True, kw_only=True)
class Board:
    """``total`` is None where counting would read more than a page. ``looked_at`` orders were looked at for this page
    and there are more; ``newest`` ones were sorted, and there are more."""

    page: Page[Row[Any]]
    total: Count | None
    looked_at: int | None = None
    newest: int | None = None

    @property
    def rows(self) -> list[Row[Any]]:
        return self.page.rows

    @property
    def following(self) -> str | None:
        return self.page.following

    @property
    def preceding(self) -> str | None:
        return self.page.preceding


def order_board(session: Session, filters: Filters, *, sort: str = "-placed", after: str = "") -> Board:
    """One page. Raises BadSort and BadCursor."""
    name, order, descending = _sorting(sort)
    cursor = paging.decode(after, order.kinds)
    asked = _asked(session, filters)
    if name == BY_TIME:
        return _by_time(session, asked, cursor, descending)
    return _among_newest(session, asked, order, cursor, descending)


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
    regions = session.scalars(text(REGIONS))
    return {
        "channel": [(row.code, row.name) for row in channels],
        "site": [(row.code, f"{row.code} {row.name}") for row in sites],
        "region": [(name, name) for name in regions],
    }


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """``led`` are conditions that an index answers; ``looked`` are those for which each order is looked at."""

    filters: Filters
    hits: Sequence[Hits]

    @property
    def led(self) -> list[ColumnElement[bool]]:
        few = [one.condition(Order) for one in self.hits if one.many is None]
        return [*board_filters.led_by_index(self.filters), *few]

    def looked(self, order: Any) -> list[ColumnElement[bool]]:
        return [*board_filters.looked_at_one_by_one(self.filters, order), *(one.condition(order) for one in self.many)]

    @property
    def many(self) -> list[Hits]:
        return [one for one in self.hits if one.many is not None]

    @property
    def all(self) -> Select[Any]:
        return select(Order.id).where(*self.led, *self.looked(Order))


def _asked(session: Session, filters: Filters) -> _Asked:
    by_sku = [orders_of_sku(session, filters.sku)] if filters.sku else []
    by_words = [orders_of_words(session, filters.q)] if filters.q else []
    return _Asked(filters=filters, hits=[*by_sku, *by_words])


def _by_time(session: Session, asked: _Asked, cursor: Cursor | None, descending: bool) -> Board:
    led = select(Order).where(*asked.led)
    has_walk = bool(asked.looked(Order))
    walk = paging.seek(led, [Order.placed_at, Order.id], cursor=cursor, limit=LOOK - 1, descending=descending)
    order = aliased(Order, walk.subquery()) if has_walk else Order
    places: list[Any] = [order.placed_at, order.id]
    keys = select(*places).where(*(asked.looked(order) if has_walk else asked.led))
    found = session.execute(paging.seek(keys, places, cursor=cursor, limit=PAGE, descending=descending)).all()
    shown: Page[Row[Any]] = paging.page(found, PAGE, key=tuple, cursor=cursor)
    end = session.execute(_last_of(walk)).one_or_none() if has_walk and len(found) <= PAGE else None
    if cursor is not None and not shown.rows:
        shown = _turning_round(shown, cursor, descending)
    if end is not None:
        shown = _going_on(shown, tuple(end), cursor)
    return Board(
        page=replace(shown, rows=board_rows(session, [row.id for row in shown.rows])),
        total=_total(session, asked, shown),
        looked_at=LOOK if end is not None else None,
    )


def _last_of(walk: Select[Any]) -> Select[Any]:
    """Where a walk stopped that did not come to its end."""
    places: list[Any] = [Order.placed_at, Order.id]
    return walk.with_only_columns(*places).offset(LOOK - 1).limit(1)


def _going_on(shown: Page[Row[Any]], end: tuple[Any, ...], cursor: Cursor | None) -> Page[Row[Any]]:
    if cursor is not None and cursor.backwards:
        return replace(shown, preceding=Cursor(end, backwards=True).encode())
    return replace(shown, following=Cursor(end).encode())


def _turning_round(shown: Page[Row[Any]], cursor: Cursor, descending: bool) -> Page[Row[Any]]:
    """From a page without rows back to where it began, that order included: it may have been the last one shown."""
    placed_at, order_id = cursor.values
    beside = int(str(order_id)) + (-1 if descending != cursor.backwards else 1)
    turned = Cursor((placed_at, beside), backwards=not cursor.backwards).encode()
    return replace(shown, following=turned) if cursor.backwards else replace(shown, preceding=turned)


def _among_newest(session: Session, asked: _Asked, sort: Sort, cursor: Cursor | None, descending: bool) -> Board:
    newest = select(Order).where(*asked.led).order_by(Order.placed_at.desc(), Order.id.desc()).limit(NEWEST)
    order = aliased(Order, newest.subquery())
    columns = [sort.column(order).label("place"), order.id]
    keys = select(*columns).where(*asked.looked(order))
    found = session.execute(paging.seek(keys, columns, cursor=cursor, limit=PAGE, descending=descending)).all()
    shown: Page[Row[Any]] = paging.page(found, PAGE, key=tuple, cursor=cursor)
    sorted_of = session.scalar(select(func.count()).select_from(newest.with_only_columns(Order.id).subquery())) or 0
    return Board(
        page=replace(shown, rows=board_rows(session, [row.id for row in shown.rows])),
        total=_total(session, asked, shown),
        newest=NEWEST if sorted_of == NEWEST else None,
    )


def _total(session: Session, asked: _Asked, shown: Page[Row[Any]]) -> Count | None:
    """Exact while few; of very many, what the planner expects, and nothing where it could only guess."""
    if shown.following is None and shown.preceding is None:
        return Count(len(shown.rows), is_exact=True)
    is_alone = replace(asked.filters, q="", sku="") == Filters(view="all") and len(asked.hits) == 1
    if is_alone:
        return asked.hits[0].count
    return None if asked.many else _counted(session, asked)


def _counted(session: Session, asked: _Asked) -> Count | None:
    """Where the walk stops, what is rare is taken to be as rare among the older ones; of what was not met, nothing."""
    if not asked.looked(Order):
        return paging.count(session, asked.all, exact_up_to=COUNTED_EXACTLY)
    walk = select(Order).where(*asked.led).order_by(Order.placed_at.desc(), Order.id.desc()).limit(LOOK)
    order = aliased(Order, walk.subquery())
    capped = select(order.id).where(*asked.looked(order)).limit(COUNTED_EXACTLY + 1).subquery()
    found = session.scalar(select(func.count()).select_from(capped)) or 0
    if found > COUNTED_EXACTLY:
        return Count(max(found, paging.estimate(session, asked.all)), is_exact=False)
    if session.execute(_last_of(walk)).one_or_none() is None:
        return Count(found, is_exact=True)
    expected = found * paging.estimate(session, select(Order.id).where(*asked.led)) // LOOK
    return Count(max(found, expected), is_exact=False) if found else None


def _capped(key: str) -> Any:
    condition = VIEWS[key].condition(Order)
    inner = select(Order.id).where(condition).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(inner).scalar_subquery()


def _sorting(sort: str) -> tuple[str, Sort, bool]:
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise BadSort([("sort", f"the board cannot be sorted like this: choose one of {', '.join(SORTS)}")])
    return name, SORTS[name], sort.startswith("-")


def _name(order: Any) -> ColumnElement[str]:
    name = select(OrderContact.name).where(OrderContact.order_id == order.id).correlate_except(OrderContact)
    return func.lower(func.coalesce(name.scalar_subquery(), ""))


REGIONS = "SELECT DISTINCT sales_region FROM sales_totals WHERE bucket = '' AND sales_region <> '' ORDER BY 1"
SORTS: Mapping[str, Sort] = {
    BY_TIME: Sort(column=lambda order: order.placed_at, kinds=(datetime, int)),
    "total": Sort(column=lambda order: order.total_minor, kinds=(int, int)),
    "customer": Sort(column=_name, kinds=(str, int)),
}
