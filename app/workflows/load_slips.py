"""What a packing slip is made of, read in two statements for any number of slips."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.documents.addresses import Address, address_lines
from app.documents.slip import Slip, SlipLine
from app.documents.values import Sender
from app.kernel.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class LoadedSlip:
    """The logo's bytes lie in the file store under ``logo_key``: read them after the transaction."""

    fulfilment_order_id: int
    slip: Slip
    logo_key: str | None
    slip_file_id: int | None


def load_slips(session: Session, fulfilment_order_ids: Sequence[int], *, is_copy: bool = False) -> list[LoadedSlip]:
    """In the order asked. Raises NotFound if one does not exist."""
    wanted = list(fulfilment_order_ids)
    heads = {row.id: row for row in session.execute(text(HEADS), {"ids": wanted})}
    if missing := sorted(set(wanted) - heads.keys()):
        raise NotFound(f"there is no fulfilment order {missing[0]}")
    lines: dict[int, list[SlipLine]] = defaultdict(list)
    for row in session.execute(text(LINES), {"ids": wanted}):
        lines[row.fulfilment_order_id].append(_line(row))
    return [_loaded(heads[id], lines[id], is_copy=is_copy) for id in wanted]


def _loaded(head: Row[tuple[object, ...]], lines: Sequence[SlipLine], *, is_copy: bool) -> LoadedSlip:
    slip = Slip(
        sender=Sender(name=head.company, address=head.slip_sender),
        order_number=head.number,
        part=head.part,
        ordered_on=head.ordered_on,
        site=head.site,
        ship_to=address_lines(_address(head)),
        lines=tuple(lines),
        reference=head.external_number or "",
        to_come=max(head.live - sum(line.quantity for line in lines), 0),
        is_copy=is_copy,
    )
    return LoadedSlip(fulfilment_order_id=head.id, slip=slip, logo_key=head.logo_key, slip_file_id=head.slip_file_id)


def _address(head: Row[tuple[object, ...]]) -> Address:
    return Address(**{field: getattr(head, field) for field in ADDRESS})


def _line(row: Row[tuple[object, ...]]) -> SlipLine:
    return SlipLine(
        sku=row.sku_code,
        name=row.name,
        quantity=row.quantity,
        ordered=row.ordered,
        later=row.later,
        kit=(row.kit_code, row.kit_name) if row.kit_code else None,
    )


ADDRESS = ("name", "street", "city", "region", "postal_code", "country")

HEADS = """
SELECT fo.id, fo.part, fo.slip_file_id, o.number, o.external_number, s.name AS site,
       (o.placed_at AT TIME ZONE co.time_zone)::date AS ordered_on,
       co.name AS company, co.slip_sender, logo.key AS logo_key,
       coalesce(c.name, '') AS name, coalesce(c.street, '') AS street, coalesce(c.city, '') AS city,
       coalesce(c.region, '') AS region, coalesce(c.postal_code, '') AS postal_code, coalesce(c.country, '') AS country,
       (SELECT sum(l.ordered - l.cancelled - l.shipped) FROM order_lines l WHERE l.order_id = o.id)
       + (SELECT coalesce(sum(fl.shipped), 0) FROM fulfilment_lines fl WHERE fl.fulfilment_order_id = fo.id) AS live
FROM fulfilment_orders fo
JOIN orders o ON o.id = fo.order_id
JOIN sites s ON s.id = fo.site_id
CROSS JOIN company co
LEFT JOIN files logo ON logo.id = co.logo_file_id
LEFT JOIN order_contacts c ON c.order_id = o.id
WHERE fo.id = ANY(CAST(:ids AS bigint[]))
"""

LINES = """
SELECT fl.fulfilment_order_id, fl.sku_code, fl.name, fl.quantity, l.ordered - l.cancelled AS ordered, l.kit_code,
       l.kit_name,
       greatest(l.ordered - l.cancelled - (l.shipped - fl.shipped) - fl.quantity, 0) AS later
FROM fulfilment_lines fl
JOIN order_lines l ON l.id = fl.order_line_id
WHERE fl.fulfilment_order_id = ANY(CAST(:ids AS bigint[])) AND fl.quantity > 0
ORDER BY fl.fulfilment_order_id, l.position
"""
