"""Writing bins down, many at once: new ones, and what is said of known ones."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.models import Bin
from app.kernel import bulk

DEFAULTS: Mapping[str, Any] = {
    "zone": "",
    "kind": "pick",
    "pick_sequence": 0,
    "capacity": None,
    "one_sku": False,
    "one_lot": False,
    "is_active": True,
}
BinKey = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class NewBin:
    """What is None stays as it is, or gets the usual value where the bin is new."""

    site_id: int
    code: str
    zone: str | None = None
    kind: str | None = None
    pick_sequence: int | None = None
    capacity: int | None = None
    one_sku: bool | None = None
    one_lot: bool | None = None
    is_active: bool | None = None

    @property
    def key(self) -> BinKey:
        return self.site_id, self.code

    @property
    def said(self) -> dict[str, Any]:
        """The columns that are to be written."""
        return {name: value for name in DEFAULTS if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, kw_only=True)
class PresentBin:
    """A bin as it stands, and how many units lie in it."""

    id: int
    columns: Mapping[str, Any]
    units: int

    def changes(self, one: NewBin) -> list[str]:
        """Names of what would change."""
        return [name for name, value in one.said.items() if self.columns[name] != value]


@dataclass(frozen=True, kw_only=True)
class BinRef:
    id: int
    is_active: bool


def bins_by_code(session: Session, keys: Collection[BinKey]) -> dict[BinKey, BinRef]:
    """By site and code; those that do not exist are missing."""
    rows = bulk.pairs(
        session,
        "SELECT b.id, b.site_id, b.code, b.is_active FROM bins b"
        " JOIN unnest(%(first)s::bigint[], %(second)s::text[]) AS v(site_id, code) USING (site_id, code)",
        [site for site, _ in keys],
        [code for _, code in keys],
    )
    return {(row.site_id, row.code): BinRef(id=row.id, is_active=row.is_active) for row in rows}


def present_bins(session: Session, keys: Collection[BinKey], *, lock: bool = False) -> dict[BinKey, PresentBin]:
    """By site and code; those that do not exist are missing. ``lock`` keeps them as they are until the end."""
    rows = session.execute(
        text(LOCKED if lock else PRESENT), {"sites": [site for site, _ in keys], "codes": [code for _, code in keys]}
    ).all()
    return {
        (row.site_id, row.code): PresentBin(
            id=row.id, columns={name: row._mapping[name] for name in DEFAULTS}, units=row.units
        )
        for row in rows
    }


def put_bins(session: Session, bins: Sequence[NewBin]) -> int:
    """Write down new ones and bring known ones up to date; answers how many are new. Site and code are unique."""
    ordered = sorted(bins, key=lambda one: one.key)
    known = present_bins(session, [one.key for one in ordered], lock=True)
    columns = [
        {
            "site_id": one.site_id,
            "code": one.code,
            **(known[one.key].columns if one.key in known else DEFAULTS),
            **one.said,
        }
        for one in ordered
    ]
    updates = ", ".join(f"{name} = excluded.{name}" for name in DEFAULTS)
    written = bulk.insert(
        session,
        Bin,
        columns,
        suffix=f"ON CONFLICT (site_id, code) DO UPDATE SET {updates} RETURNING xmax = 0 AS is_new",
    )
    return sum(row.is_new for row in written)


PRESENT = f"""
SELECT b.id, b.site_id, b.code, {", ".join(f"b.{name}" for name in DEFAULTS)},
       (SELECT coalesce(sum(s.quantity), 0)::bigint FROM bin_stock s WHERE s.bin_id = b.id) AS units
  FROM bins b JOIN unnest(CAST(:sites AS bigint[]), CAST(:codes AS text[])) AS v(site_id, code) USING (site_id, code)
 ORDER BY b.site_id, b.code
"""
LOCKED = f"{PRESENT} FOR UPDATE OF b"
