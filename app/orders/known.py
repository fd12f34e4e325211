"""Orders that a channel has sent before."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.kernel import bulk
from app.orders.values import Placement

External = tuple[int, str]


def by_external_number(session: Session, externals: Sequence[External]) -> dict[External, Placement]:
    """Placements of the orders that exist, by (channel id, external number)."""
    rows = bulk.pairs(
        session,
        "SELECT o.channel_id, o.external_number, o.id, o.number, o.status, o.tracking_key, o.promised_at FROM orders o"
        " JOIN unnest(%(first)s::bigint[], %(second)s::text[]) AS v(channel_id, external_number)"
        " USING (channel_id, external_number)",
        [channel for channel, _ in externals],
        [number for _, number in externals],
    )
    return {
        (row.channel_id, row.external_number): Placement(
            order_id=row.id,
            number=row.number,
            status=row.status,
            tracking_key=row.tracking_key,
            promised_at=row.promised_at,
            duplicate=True,
        )
        for row in rows
    }
