"""What suppliers call and charge for our SKUs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.kernel import bulk
from app.kernel.errors import Invalid
from app.purchasing.models import SupplierSku


@dataclass(frozen=True, kw_only=True)
class Terms:
    """``code`` is the supplier's own, ``cost_minor`` the price of one unit in the supplier's currency."""

    supplier_id: int
    sku_id: int
    code: str = ""
    cost_minor: int | None = None
    pack_size: int = 1
    least_units: int = 1
    lead_days: int | None = None


def put(session: Session, terms: Sequence[Terms]) -> None:
    """Add or replace. Raises Invalid where the supplier calls another SKU so already."""
    try:
        with session.begin_nested():
            bulk.insert(session, SupplierSku, [dict(vars(one)) for one in terms], suffix=REPLACE)
    except IntegrityError as error:
        if "uq_supplier_skus_code" not in str(error.orig):
            raise
        raise Invalid([("supplier_code", "this supplier calls another SKU so: correct one of the two")]) from None


def drop(session: Session, supplier_id: int, sku_ids: Collection[int]) -> None:
    session.execute(
        text("DELETE FROM supplier_skus WHERE supplier_id = :supplier AND sku_id = ANY(CAST(:skus AS bigint[]))"),
        {"supplier": supplier_id, "skus": sorted(sku_ids)},
    )


def of_skus(session: Session, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], Terms]:
    """By (supplier id, SKU id); what was never agreed is missing."""
    rows = bulk.pairs(
        session,
        "SELECT t.* FROM supplier_skus t"
        " JOIN unnest(%(first)s::bigint[], %(second)s::bigint[]) AS k(supplier_id, sku_id)"
        " USING (supplier_id, sku_id)",
        [supplier for supplier, _ in keys],
        [sku for _, sku in keys],
    )
    return {(row.supplier_id, row.sku_id): _terms(row) for row in rows}


def skus_called(session: Session, names: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """SKU id by (supplier id, the supplier's code), read as it is or in capitals."""
    rows = bulk.pairs(
        session,
        "SELECT k.supplier_id, k.code, t.sku_id"
        " FROM unnest(%(first)s::bigint[], %(second)s::text[]) AS k(supplier_id, code)"
        " JOIN supplier_skus t ON t.supplier_id = k.supplier_id AND t.code <> ''"
        " AND t.code IN (k.code, upper(k.code)) ORDER BY t.code = k.code",
        [supplier for supplier, _ in names],
        [code for _, code in names],
    )
    return {(row.supplier_id, row.code): row.sku_id for row in rows}


def _terms(row: Any) -> Terms:
    return Terms(**{name: getattr(row, name) for name in Terms.__dataclass_fields__})


REPLACE = """
ON CONFLICT (supplier_id, sku_id) DO UPDATE SET code = excluded.code, cost_minor = excluded.cost_minor,
   pack_size = excluded.pack_size, least_units = excluded.least_units, lead_days = excluded.lead_days
"""
