"""A condition on what belongs to an order, asked order by order."""

from typing import Any

from sqlalchemy import ColumnElement, func, select


def of_one_order(table: Any, order: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a row of ``table`` that belongs to ``order`` is so.

    Not EXISTS: that may be turned round, and then all rows of the table that are so are collected for a page of fifty.
    """
    found = select(func.bool_or(condition)).where(table.order_id == order.id)
    return found.correlate_except(table).scalar_subquery()
