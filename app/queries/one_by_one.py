"""A condition on what belongs to an order, asked order by order."""

from typing import Any

from sqlalchemy import ColumnElement, and_, select


def of_one_order(table: Any, order: Any, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a row of ``table`` that belongs to ``order`` is so.

    ``OFFSET 0`` keeps it from being turned round, for then all rows of the table that are so are collected for a page
    of fifty.
    """
    found = select(table.order_id).where(table.order_id == order.id, condition).offset(0)
    return and_(found.correlate_except(table).exists())
