"""Units that are known by number, and what became of them."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import serials
from app.inventory.serials import Numbered
from app.kernel.actor import SYSTEM
from tests.factories.house import House


def keep_by_number(session: Session, sku: str = "TEA-1") -> None:
    session.execute(text("UPDATE skus SET tracking = 'serial' WHERE code = :sku"), {"sku": sku})


def register(
    session: Session, house: House, *numbers: str, sku: str = "TEA-1", site: str = "CMH1", **place: Any
) -> None:
    units = [Numbered(sku_id=house.skus[sku], site_id=house.sites[site], code=each, **place) for each in numbers]
    serials.register(session, units, actor=SYSTEM)


def states(session: Session) -> dict[str, tuple[str, str]]:
    rows = session.execute(
        text("SELECT s.code, s.state, coalesce(w.code, '') FROM serials s LEFT JOIN sites w ON w.id = s.site_id")
    )
    return {code: (state, site) for code, state, site in rows}


def history(session: Session, number: str) -> list[str]:
    rows = session.execute(
        text("SELECT m.what FROM serial_moves m JOIN serials s ON s.id = m.serial_id WHERE s.code = :n ORDER BY m.id"),
        {"n": number},
    )
    return list(rows.scalars())
