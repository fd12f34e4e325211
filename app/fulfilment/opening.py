"""Fulfilment orders: opened when units are promised at a site, shrunk when units go elsewhere."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment import work
from app.fulfilment.models import FulfilmentLine, FulfilmentOrder
from app.kernel import bulk


@dataclass(frozen=True, kw_only=True)
class Task:
    """Units of one order line that one site is to send."""

    order_id: int
    order_line_id: int
    sku_id: int
    sku_code: str
    name: str
    site_id: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class OpenLine:
    """What a site still has to pick for an order line; ``is_released`` says that the floor knows of it."""

    id: int
    fulfilment_order_id: int
    order_line_id: int
    sku_id: int
    site_id: int
    is_released: bool
    unpicked: int


def open_work(session: Session, tasks: Sequence[Task], *, are_new: bool = False) -> None:
    """Add units to the order's unreleased fulfilment order at that site, or open one. The orders are locked.

    ``are_new`` says that the orders were written in this transaction, so that nothing need be looked up.
    """
    if not tasks:
        return
    homes = {} if are_new else _unreleased(session, {task.order_id for task in tasks})
    last_part = {} if are_new else _last_parts(session, {task.order_id for task in tasks})
    wanted = sorted({(task.order_id, task.site_id) for task in tasks} - set(homes))
    ids = bulk.next_ids(session, {"fulfilment_orders": len(wanted)})["fulfilment_orders"] if wanted else []
    rows = []
    for id, (order_id, site_id) in zip(ids, wanted, strict=True):
        last_part[order_id] = last_part.get(order_id, 0) + 1
        homes[order_id, site_id] = id
        rows.append({"id": id, "order_id": order_id, "part": last_part[order_id], "site_id": site_id, "state": "open"})
    bulk.insert(session, FulfilmentOrder, rows)
    _add_lines(session, tasks, homes, suffix="" if are_new else ADD_TO)


def open_lines(session: Session, order_line_ids: Collection[int]) -> list[OpenLine]:
    """Work on these lines that is not picked yet: unreleased first, latest first."""
    rows = session.execute(
        text(
            "SELECT l.id, f.id AS fulfilment_order_id, l.order_line_id, l.sku_id, f.site_id,"
            " f.state <> 'open' AS is_released, l.quantity - l.picked AS unpicked"
            " FROM fulfilment_lines l JOIN fulfilment_orders f ON f.id = l.fulfilment_order_id"
            " WHERE l.order_line_id = ANY(CAST(:lines AS bigint[])) AND l.quantity > l.picked"
            " ORDER BY (f.state <> 'open'), l.id DESC"
        ),
        {"lines": list(order_line_ids)},
    )
    return [OpenLine(**row._mapping) for row in rows]


def shrink(session: Session, taken: Sequence[tuple[int, int]]) -> None:
    """Take units (pairs of fulfilment line id and quantity) off the work; work left without any is cancelled."""
    if not taken:
        return
    touched = bulk.pairs(
        session,
        "UPDATE fulfilment_lines l SET quantity = l.quantity - v.quantity"
        " FROM unnest(%(first)s::bigint[], %(second)s::bigint[]) AS v(id, quantity)"
        " WHERE l.id = v.id RETURNING l.fulfilment_order_id",
        [id for id, _ in taken],
        [quantity for _, quantity in taken],
    )
    work.settle(session, {row.fulfilment_order_id for row in touched})


def _unreleased(session: Session, order_ids: Collection[int]) -> dict[tuple[int, int], int]:
    rows = session.execute(
        text(
            "SELECT id, order_id, site_id FROM fulfilment_orders"
            " WHERE order_id = ANY(CAST(:ids AS bigint[])) AND state = 'open'"
        ),
        {"ids": list(order_ids)},
    )
    return {(row.order_id, row.site_id): row.id for row in rows}


def _last_parts(session: Session, order_ids: Collection[int]) -> dict[int, int]:
    rows = session.execute(
        text(
            "SELECT order_id, max(part) AS part FROM fulfilment_orders"
            " WHERE order_id = ANY(CAST(:ids AS bigint[])) GROUP BY 1"
        ),
        {"ids": list(order_ids)},
    )
    return {row.order_id: row.part for row in rows}


def _add_lines(session: Session, tasks: Sequence[Task], homes: dict[tuple[int, int], int], *, suffix: str) -> None:
    bulk.insert(
        session,
        FulfilmentLine,
        [
            {
                "fulfilment_order_id": homes[task.order_id, task.site_id],
                "order_line_id": task.order_line_id,
                "sku_id": task.sku_id,
                "sku_code": task.sku_code,
                "name": task.name,
                "quantity": task.quantity,
            }
            for task in tasks
        ],
        suffix=suffix,
    )


ADD_TO = """
ON CONFLICT (fulfilment_order_id, order_line_id)
DO UPDATE SET quantity = fulfilment_lines.quantity + excluded.quantity
"""
