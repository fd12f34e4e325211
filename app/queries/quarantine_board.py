"""What is set aside from sale: cases with their age and value, and one of them in full."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.values import CONDITIONS
from app.kernel import clock
from app.kernel.errors import NotFound

PAGE = 50
STATES: Mapping[str, str] = {
    "open": "Undecided",
    **{code: name for code, name in CONDITIONS.items() if code != "good"},
    "closed": "Decided",
}


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """``value_minor`` is what the units left cost us; None where the SKU has no cost. ``is_numbered``: each unit of the
    SKU is known by its number."""

    id: int
    sku: str
    name: str
    is_numbered: bool
    site_id: int
    site: str
    bin: str
    lot_id: int | None
    lot: str
    serial_id: int | None
    serial: str
    condition: str
    quantity: int
    quantity_left: int
    value_minor: int | None
    reason: str
    photo_file_id: int | None
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None

    @property
    def days(self) -> int:
        return ((self.closed_at or clock.now()) - self.opened_at).days


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Of everything that is undecided; ``uncased`` units lie there in no case."""

    cases: int
    units: int
    value_minor: int
    oldest: datetime | None
    uncased: int


def cases(
    session: Session, *, state: str = "open", site_ids: Collection[int] | None = None, before: int | None = None
) -> list[CaseRow]:
    """Newest first, one more than a page if there is more; ``site_ids`` None means every site."""
    values = {
        "state": state,
        "sites": None if site_ids is None else sorted(site_ids),
        "before": before,
        "limit": PAGE + 1,
    }
    return [CaseRow(**row) for row in session.execute(text(CASES), values).mappings()]


def sums(session: Session) -> Sums:
    return Sums(**session.execute(text(SUMS)).mappings().one())


def get(session: Session, case_id: int) -> CaseRow:
    """Raises NotFound."""
    row = session.execute(text(f"{COLUMNS} WHERE c.id = :id"), {"id": case_id}).mappings().one_or_none()
    if row is None:
        raise NotFound(f"there is no case {case_id}")
    return CaseRow(**row)


def acts(session: Session, case_id: int) -> Sequence[Any]:
    """What was decided, the latest first."""
    return session.execute(
        text(
            "SELECT a.id, a.act, a.quantity, a.loss_minor, coalesce(n.body, '') AS note, a.actor, a.occurred_at"
            " FROM quarantine_acts a LEFT JOIN quarantine_notes n ON n.act_id = a.id"
            " WHERE a.case_id = :id ORDER BY a.id DESC"
        ),
        {"id": case_id},
    ).all()


def photo(session: Session, case_id: int) -> Any:
    """The stored file. Raises NotFound."""
    row = session.execute(text(PHOTO), {"id": case_id}).one_or_none()
    if row is None:
        raise NotFound(f"case {case_id} has no photo")
    return row


COLUMNS = """
SELECT c.id, k.code AS sku, k.name, k.tracking = 'serial' AS is_numbered, c.site_id, w.code AS site,
       coalesce(b.code, '') AS bin, c.lot_id,
       coalesce(t.code, '') AS lot, c.serial_id, coalesce(n.code, '') AS serial, c.condition, c.quantity,
       c.quantity_left, c.quantity_left * k.cost_minor AS value_minor, c.reason, c.photo_file_id, c.opened_by,
       c.opened_at, c.closed_at
  FROM quarantine_cases c JOIN skus k ON k.id = c.sku_id JOIN sites w ON w.id = c.site_id
  LEFT JOIN bins b ON b.id = c.bin_id LEFT JOIN lots t ON t.id = c.lot_id LEFT JOIN serials n ON n.id = c.serial_id
"""

CASES = f"""
{COLUMNS}
 WHERE (CASE WHEN :state = 'closed' THEN c.closed_at IS NOT NULL
             ELSE c.closed_at IS NULL AND :state IN ('open', c.condition) END)
   AND (CAST(:sites AS bigint[]) IS NULL OR c.site_id = ANY(CAST(:sites AS bigint[])))
   AND (CAST(:before AS bigint) IS NULL OR c.id < :before) ORDER BY c.id DESC LIMIT :limit
"""

SUMS = """
SELECT count(*) AS cases, coalesce(sum(c.quantity_left), 0)::bigint AS units,
       coalesce(sum(c.quantity_left * k.cost_minor), 0)::bigint AS value_minor, min(c.opened_at) AS oldest,
       greatest(0, (SELECT coalesce(sum(quantity), 0) FROM bin_stock WHERE condition <> 'good')
                   - coalesce(sum(c.quantity_left), 0))::bigint AS uncased
  FROM quarantine_cases c JOIN skus k ON k.id = c.sku_id WHERE c.closed_at IS NULL
"""

PHOTO = """
SELECT f.key, f.media_type, f.name FROM quarantine_cases c JOIN files f ON f.id = c.photo_file_id WHERE c.id = :id
"""
