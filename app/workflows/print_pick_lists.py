"""A printed pick list: what is still to be picked at one site, each SKU once, in walking order."""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.documents.pick_list import PickList, PickRow, PickShare
from app.documents.slip import fulfilment_code
from app.documents.values import Sender
from app.kernel.errors import NotFound


def load_pick_list(session: Session, pick_list_id: int, *, is_copy: bool = False) -> PickList:
    """Raises NotFound if there is none of this number."""
    head = session.execute(text(HEAD), {"id": pick_list_id}).one_or_none()
    if head is None:
        raise NotFound(f"there is no pick list {pick_list_id}")
    shares: dict[tuple[str, str, str], list[PickShare]] = defaultdict(list)
    codes: set[str] = set()
    for row in session.execute(text(ROWS), {"id": pick_list_id}):
        codes.add(fulfilment_code(row.number, row.part))
        shares[row.bin, row.sku_code, row.name].append(_share(row))
    return PickList(
        sender=Sender(name=head.company),
        id=pick_list_id,
        site=head.site,
        made=_moment(head.created_at, head.time_zone),
        orders=len(codes),
        rows=tuple(
            PickRow(bin=bin, sku=sku, name=name, shares=tuple(each)) for (bin, sku, name), each in shares.items()
        ),
        is_copy=is_copy,
    )


def _share(row: Row[tuple[object, ...]]) -> PickShare:
    return PickShare(code=fulfilment_code(row.number, row.part), quantity=row.quantity)


def _moment(moment: datetime, time_zone: str) -> str:
    local = moment.astimezone(ZoneInfo(time_zone))
    return f"{local.day} {local:%B %Y, %H:%M}"


HEAD = """
SELECT s.name AS site, s.time_zone, co.name AS company, pl.created_at
FROM pick_lists pl JOIN sites s ON s.id = pl.site_id CROSS JOIN company co WHERE pl.id = :id
"""

ROWS = """
SELECT coalesce(place.code, '') AS bin, fl.sku_code, fl.name, o.number, fo.part, fl.quantity - fl.picked AS quantity
FROM fulfilment_orders fo
JOIN fulfilment_lines fl ON fl.fulfilment_order_id = fo.id
JOIN orders o ON o.id = fo.order_id
LEFT JOIN LATERAL (
    SELECT b.code, b.pick_sequence FROM bin_stock bs JOIN bins b ON b.id = bs.bin_id
    WHERE bs.sku_id = fl.sku_id AND bs.site_id = fo.site_id AND bs.condition = 'good' AND bs.quantity > 0
    ORDER BY b.pick_sequence, b.code LIMIT 1) place ON true
WHERE fo.pick_list_id = :id AND fl.quantity > fl.picked
ORDER BY place.pick_sequence NULLS LAST, place.code, fl.sku_code, fo.id
"""
