"""Finding orders by whatever somebody has in hand. Every sign means itself: no wildcards.

Each way of meaning the words reads its own index. A way that leads to few orders answers with their ids, one that leads
to many with a condition for a walk through the newest orders: that they are among those that the index leads to, which
the database reads once into a table in memory; or, of very many, each order's own rows, as a page is soon full then.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, and_, any_, func, literal, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import Sku
from app.channels.models import Channel
from app.customers.models import Customer
from app.fulfilment.models import Parcel
from app.kernel import paging, phones
from app.kernel.paging import Count
from app.orders.models import Order, OrderContact, OrderLine, OrderNote
from app.queries.one_by_one import of_one_order
from app.queries.phone_ends import phone_ends

PREFIX = "W-"
MOST = 3_000
MANY = 10_000
# From where on reading the index costs more than looking at the 20,000 newest orders one by one.
VERY_MANY_SKUS, VERY_MANY_WORDS = 100_000, 20_000
INDEXED = re.compile(r"\w{3}")  # the trigram index knows of no shorter piece

Condition: TypeAlias = Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True, kw_only=True)
class Hits:
    """``ids`` are all there are, unless ``many`` says what else an order may be; so many are ``expected`` then."""

    ids: tuple[int, ...]
    many: Condition | None = None
    expected: int = 0

    @property
    def count(self) -> Count:
        if self.many is None and len(self.ids) < MOST:
            return Count(len(self.ids), is_exact=True)
        return Count(max(self.expected, len(self.ids)), is_exact=False)

    def condition(self, order: Any) -> ColumnElement[bool]:
        listed = order.id == any_(literal(list(self.ids), ARRAY(BigInteger)))
        return listed if self.many is None else or_(listed, self.many(order))


def exact_order(session: Session, sought: str) -> str | None:
    """The number of the one order that carries exactly this number, external number or tracking number."""
    found = session.scalars(select(Order.number).where(Order.id.in_(_by_number(sought))).limit(2)).all()
    return found[0] if len(found) == 1 else None


def orders_of_words(session: Session, sought: str) -> Hits:
    literally = "%" + re.sub(r"([\\%_])", r"\\\1", sought) + "%"
    by_mail = select(OrderContact.order_id).where(func.lower(OrderContact.email) == sought.lower())
    hits = [
        _few(session, _by_number(sought)),
        _few(session, by_mail),
        *([_few(session, _by_phone(ending))] if (ending := phones.ending(sought)) else []),
        _skus(session, _skus_like(session, sought, literally[1:])),
    ]
    for column in (OrderContact.name, OrderNote.body):
        hits.append(_written(session, column, literally, is_indexed=bool(INDEXED.search(sought))))
    return _together(hits)


def orders_of_sku(session: Session, code: str) -> Hits:
    return _skus(session, list(session.scalars(select(Sku.id).where(Sku.code == code))))


def _together(hits: Sequence[Hits]) -> Hits:
    many = [one.many for one in hits if one.many is not None]
    return Hits(
        ids=tuple(sorted({id for one in hits for id in one.ids})),
        many=(lambda order: or_(*(condition(order) for condition in many))) if many else None,
        expected=sum(one.expected for one in hits),
    )


def _few(session: Session, statement: Select[Any]) -> Hits:
    return Hits(ids=tuple(session.scalars(statement.limit(MOST))))


def _few_or_many(session: Session, statement: Select[Any], very_many: int, many: Condition) -> Hits:
    """Reads ``MOST`` of them at most, and none where the planner expects many."""
    expected = paging.estimate(session, statement)
    if expected > very_many:
        return Hits(ids=(), many=many, expected=expected)
    if expected <= MANY and len(ids := session.scalars(statement.limit(MOST + 1)).all()) <= MOST:
        return Hits(ids=tuple(ids))
    return Hits(ids=(), many=lambda order: _is_among(order, statement), expected=max(expected, MOST))


def _is_among(order: Any, statement: Select[Any]) -> ColumnElement[bool]:
    """``IS TRUE`` keeps the planner from joining, for which it may turn the walk round."""
    return and_(order.id.in_(statement).is_(True))


def _written(session: Session, column: Any, pattern: str, *, is_indexed: bool) -> Hits:
    table = column.class_

    def is_so(order: Any) -> ColumnElement[bool]:
        return of_one_order(table, order, column.ilike(pattern))

    listed = select(table.order_id).where(column.ilike(pattern))
    if not is_indexed:
        return Hits(ids=(), many=is_so, expected=paging.estimate(session, listed))
    return _few_or_many(session, listed, VERY_MANY_WORDS, is_so)


def _skus(session: Session, sku_ids: Sequence[int]) -> Hits:
    """Orders of these SKUs; where one of them is a kit, those with parts of it too."""
    if not sku_ids:
        return Hits(ids=())
    kits = list(session.scalars(select(Sku.id).where(Sku.id.in_(sku_ids), Sku.is_kit)))
    of_skus = _lines_with(session, OrderLine.sku_id, sku_ids)
    return _together([of_skus, _lines_with(session, OrderLine.kit_sku_id, kits)]) if kits else of_skus


def _lines_with(session: Session, column: Any, sku_ids: Sequence[int]) -> Hits:
    is_so = column == any_(literal(list(sku_ids), ARRAY(BigInteger)))
    statement = select(OrderLine.order_id).where(is_so)
    return _few_or_many(session, statement, VERY_MANY_SKUS, lambda order: of_one_order(OrderLine, order, is_so))


def _skus_like(session: Session, sought: str, beginning: str) -> list[int]:
    return list(session.scalars(select(Sku.id).where(or_(Sku.code.ilike(beginning), Sku.gtin == sought))))


def _by_phone(ending: str) -> Select[Any]:
    """The order's own, or its customer's."""
    customers = select(Customer.id).where(phone_ends(Customer, ending))
    found = (
        select(OrderContact.order_id)
        .where(phone_ends(OrderContact, ending))
        .union(select(Order.id).where(Order.customer_id.in_(customers)))
        .subquery("dialled")
    )
    return select(found.c[0])


def _by_number(sought: str) -> Select[Any]:
    """Channel by channel, as the index of external numbers goes."""
    written = sought.upper()
    ways = [
        select(Order.id).where(Order.number.in_([written, PREFIX + written])),
        select(Order.id).join(Channel, Channel.id == Order.channel_id).where(Order.external_number == sought),
        select(Parcel.order_id).where(Parcel.tracking_number == sought),
    ]
    found = ways[0].union(*ways[1:]).subquery("numbered")
    return select(found.c[0])
