"""A printed pick list: what is still to be picked at one site, each SKU once, in walking order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.documents.pick_list import PickList, PickRow, PickShare
from app.documents.slip import fulfilment_code
from app.documents.values import Sender
from app.inventory.takes import Plan
from app.kernel.errors import NotFound
from app.workflows.plan_picks import plan_picks


def load_pick_list(session: Session, pick_list_id: int, *, is_copy: bool = False) -> PickList:
    """Raises NotFound if there is none of this number."""
    head = session.execute(text(HEAD), {"id": pick_list_id}).one_or_none()
    if head is None:
        raise NotFound(f"there is no pick list {pick_list_id}")
    found = session.execute(text(ROWS), {"id": pick_list_id}).all()
    return PickList(
        sender=Sender(name=head.company),
        id=pick_list_id,
        site=head.site,
        made=_moment(head.created_at, head.time_zone),
        orders=len({fulfilment_code(row.number, row.part) for row in found}),
        rows=_rows(found, plan_picks(session, [row.id for row in found])),
        is_copy=is_copy,
    )


def _rows(found: Sequence[Row[Any]], plans: Mapping[int, Plan]) -> tuple[PickRow, ...]:
    """Each place once, with the orders that share it."""
    shares: dict[tuple[Any, ...], list[PickShare]] = {}
    for row in found:
        for take in plans[row.id].all_takes:
            share = PickShare(code=fulfilment_code(row.number, row.part), quantity=take.quantity)
            shares.setdefault((take.rank, row.sku_code, row.name, take.bin, take.lot), []).append(share)
    return tuple(
        PickRow(bin=bin, lot=lot, sku=sku, name=name, shares=tuple(each))
        for (_, sku, name, bin, lot), each in sorted(shares.items(), key=lambda item: item[0])
    )


def _moment(moment: datetime, time_zone: str) -> str:
    local = moment.astimezone(ZoneInfo(time_zone))
    return f"{local.day} {local:%B %Y, %H:%M}"


HEAD = """
SELECT s.name AS site, s.time_zone, co.name AS company, pl.created_at
FROM pick_lists pl JOIN sites s ON s.id = pl.site_id CROSS JOIN company co WHERE pl.id = :id
"""

ROWS = """
SELECT fl.id, fl.sku_code, fl.name, o.number, fo.part FROM fulfilment_orders fo
JOIN fulfilment_lines fl ON fl.fulfilment_order_id = fo.id JOIN orders o ON o.id = fo.order_id
WHERE fo.pick_list_id = :id AND fl.quantity > fl.picked ORDER BY fl.sku_code, fo.id, fl.id
"""
