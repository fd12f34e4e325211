"""Lots by the code that stands on the goods: found, and written down where they are new."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.inventory.models import Lot
from app.kernel import bulk

LotKey = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class NamedLot:
    id: int
    expires_on: date | None


@dataclass(frozen=True, kw_only=True)
class NewLot:
    """``removal_days`` before it expires, a lot may no longer be sent."""

    sku_id: int
    code: str
    expires_on: date | None
    removal_days: int
    received_on: date

    @property
    def remove_on(self) -> date | None:
        return self.expires_on - timedelta(days=self.removal_days) if self.expires_on else None


def lots_by_code(session: Session, keys: Collection[LotKey]) -> dict[LotKey, NamedLot]:
    """By SKU and code; those that do not exist are missing."""
    rows = bulk.pairs(
        session,
        "SELECT l.id, l.sku_id, l.code, l.expires_on FROM lots l"
        " JOIN unnest(%(first)s::bigint[], %(second)s::text[]) AS v(sku_id, code) USING (sku_id, code)",
        [sku for sku, _ in keys],
        [code for _, code in keys],
    )
    return {(row.sku_id, row.code): NamedLot(id=row.id, expires_on=row.expires_on) for row in rows}


def _by_telling(one: NewLot) -> tuple[int, str, bool]:
    """Of several that are one lot, the last may be written down: one that names its day of expiry."""
    return one.sku_id, one.code, one.expires_on is not None


def put_lots(session: Session, lots: Sequence[NewLot]) -> dict[LotKey, int]:
    """Ids by SKU and code. A lot that is known gets a day of expiry if it has none, and else is not touched."""
    unique = {(one.sku_id, one.code): one for one in sorted(lots, key=_by_telling)}
    known = lots_by_code(session, unique)
    ids = {key: lot.id for key, lot in known.items()}
    written = bulk.insert(
        session,
        Lot,
        [
            {
                "sku_id": one.sku_id,
                "code": one.code,
                "expires_on": one.expires_on,
                "remove_on": one.remove_on,
                "received_on": one.received_on,
            }
            for key, one in unique.items()
            if key not in known or (one.expires_on and not known[key].expires_on)
        ],
        suffix="ON CONFLICT (sku_id, code) DO UPDATE SET"
        " expires_on = coalesce(lots.expires_on, excluded.expires_on),"
        " remove_on = CASE WHEN lots.expires_on IS NULL THEN excluded.remove_on ELSE lots.remove_on END,"
        " received_on = coalesce(lots.received_on, excluded.received_on) RETURNING id, sku_id, code",
    )
    return ids | {(row.sku_id, row.code): row.id for row in written}
