"""Customers by name, each with the number of their orders."""

from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from app.customers.models import Customer
from app.kernel import paging, phones
from app.kernel.paging import Page
from app.orders.models import Order
from app.queries import patterns
from app.queries.phone_ends import phone_ends

PAGE = 50


def customers_list(session: Session, *, sought: str = "", after: str = "") -> Page[Row[Any]]:
    """One page, by name. ``sought`` means itself, in a name, an e-mail, a code or a phone number. Raises BadCursor."""
    name = func.lower(Customer.name)
    cursor = paging.decode(after, (str, int))
    statement = _rows()
    if sought:
        by_mail = func.lower(Customer.email) == sought.lower()
        by_phone = [phone_ends(Customer, ending)] if (ending := phones.ending(sought)) else []
        statement = statement.where(
            or_(Customer.name.ilike(patterns.anywhere(sought)), by_mail, Customer.code == sought, *by_phone)
        )
    placed = paging.seek(statement, (name, Customer.id), cursor=cursor, limit=PAGE, descending=False)
    rows = session.execute(placed).all()
    return paging.page(rows, PAGE, key=lambda row: (row.sort_name, row.id), cursor=cursor)


def _rows() -> Select[Any]:
    orders = select(func.count()).where(Order.customer_id == Customer.id)
    latest = select(func.max(Order.placed_at)).where(Order.customer_id == Customer.id)
    columns: list[Any] = [
        Customer.id,
        Customer.code,
        Customer.name,
        Customer.email,
        Customer.segment,
        Customer.least_shelf_life_days,
        func.lower(Customer.name).label("sort_name"),
        orders.scalar_subquery().label("orders"),
        latest.scalar_subquery().label("latest_at"),
    ]
    return select(*columns).where(Customer.erased_at.is_(None))
