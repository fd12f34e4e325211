"""Units that are known by number, and what became of them."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import serials
from app.inventory.moves import Move, move
from app.inventory.serials import Numbered
from app.kernel.actor import SYSTEM
from tests.factories.house import House
from tests.factories.shelves import make_bins


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


def brought(session: Session, house: House, shelf: int, lot: int, number: str) -> None:
    """A unit that was set aside, to a bin of its own."""
    other = make_bins(session, house, "CMH1", f"B-{number}")[f"B-{number}"]
    carried = Move(
        sku_id=house.skus["TEA-1"],
        site_id=house.sites["CMH1"],
        quantity=1,
        from_bin_id=shelf,
        to_bin_id=other,
        lot_id=lot,
        from_condition="quarantine",
        reason="move",
        reference=("adjustment", 0),
        serial_ids=tuple(
            session.execute(text("SELECT id FROM serials WHERE code = :code"), {"code": number}).scalars()
        ),
    )
    move(session, [carried], actor=SYSTEM)
