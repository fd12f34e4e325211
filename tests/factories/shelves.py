"""Bins and lots to test with, and what lies in them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.models import Bin, Lot
from app.kernel.actor import SYSTEM
from app.workflows.adjust_stock import Adjustment, adjust_stock
from tests.factories.house import House


def make_bins(session: Session, house: House, site: str, *codes: str, **how: Any) -> dict[str, int]:
    """Ids by code; walked in the order given."""
    bins = [
        Bin(site_id=house.sites[site], code=code, pick_sequence=sequence, **how)
        for sequence, code in enumerate(codes, start=1)
    ]
    session.add_all(bins)
    session.flush()
    return {one.code: one.id for one in bins}


def make_lot(session: Session, house: House, sku: str, code: str, **facts: date) -> int:
    lot = Lot(sku_id=house.skus[sku], code=code, **facts)
    session.add(lot)
    session.flush()
    return lot.id


def lay(session: Session, house: House, sku: str, site: str, quantity: int, **place: Any) -> None:
    """Units come to a place: ``bin_id``, ``lot_id``, ``condition``."""
    fact = Adjustment(sku_id=house.skus[sku], site_id=house.sites[site], on_hand=quantity, reason="found", **place)
    adjust_stock(session, [fact], actor=SYSTEM)


def lying(session: Session, sku: str, site: str) -> Mapping[tuple[str, str, str], int]:
    """Units by bin code, lot code and condition, where there are any."""
    rows = session.execute(
        text(
            "SELECT coalesce(b.code, ''), coalesce(t.code, ''), p.condition, p.quantity FROM bin_stock p"
            " JOIN skus s ON s.id = p.sku_id JOIN sites w ON w.id = p.site_id"
            " LEFT JOIN bins b ON b.id = p.bin_id LEFT JOIN lots t ON t.id = p.lot_id"
            " WHERE s.code = :sku AND w.code = :site AND p.quantity <> 0"
        ),
        {"sku": sku, "site": site},
    )
    return {(bin_, lot, condition): quantity for bin_, lot, condition, quantity in rows}
