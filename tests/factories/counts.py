"""Shelves with goods on them, and counts brought to any point through the public verbs."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.counting import opening
from app.counting.events import CountAccepted
from app.counting.opening import NewCount
from app.counting.tolerance import Rules
from app.kernel.actor import SYSTEM, Actor
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.count_places import Closing, Entered, Entry, close_places, count_units
from app.workflows.post_counts import on_count_accepted
from app.workflows.recount_places import Again, recount_units
from app.workflows.settle_counts import submit
from tests.factories.house import House

ANN, BEN, CHEF = (Actor(kind="user", id=number) for number in (901, 902, 903))
STRICT = Rules(approval_minor=1_000_000)
_scans = count(1)

Shelf = Mapping[tuple[str, str], int]


def make_bins(session: Session, house: House, codes: Mapping[str, str], *, site: str = "CMH1") -> dict[str, int]:
    """Bins by code; ``codes`` names the zone of each."""
    rows = session.execute(
        text(
            "INSERT INTO bins (site_id, code, zone, pick_sequence) SELECT :site, code, zone, n"
            " FROM unnest(CAST(:codes AS text[]), CAST(:zones AS text[])) WITH ORDINALITY AS v(code, zone, n)"
            " RETURNING code, id"
        ),
        {"site": house.sites[site], "codes": list(codes), "zones": list(codes.values())},
    )
    return {row.code: row.id for row in rows}


def fill(session: Session, house: House, bins: Mapping[str, int], shelf: Shelf, *, site: str = "CMH1") -> None:
    """``shelf`` is units by (bin code, SKU code)."""
    put = [
        Adjustment(
            sku_id=house.skus[sku], site_id=house.sites[site], on_hand=units, reason="opening", bin_id=bins[code]
        )
        for (code, sku), units in shelf.items()
    ]
    adjust_stock(session, put, actor=SYSTEM)


def price(session: Session, minor: int | None = 500) -> None:
    """The unit cost of every SKU."""
    session.execute(text("UPDATE skus SET cost_minor = :minor"), {"minor": minor})


def planned(
    session: Session, house: House, bins: list[int], *, rules: Rules = STRICT, loose: list[int] | None = None
) -> int:
    """The id of a count of these bins, and of these SKUs that lie in none."""
    spots = tuple([(bin_id, None) for bin_id in bins] + [(None, sku) for sku in loose or []])
    new = NewCount(site_id=house.sites["CMH1"], cause="hand", rules=rules, spots=spots)
    [number] = opening.plan(session, [new], actor=SYSTEM)
    return int(session.execute(text("SELECT id FROM counts WHERE number = :n"), {"n": number}).scalar_one())


def place_of(session: Session, count_id: int, bin_id: int | None) -> int:
    return int(
        session.execute(
            text("SELECT id FROM count_places WHERE count_id = :id AND bin_id IS NOT DISTINCT FROM :bin"),
            {"id": count_id, "bin": bin_id},
        ).scalar_one()
    )


def saw(
    session: Session, count_id: int, bin_id: int | None, sku: str, units: int, *, by: Actor = ANN, **more: Any
) -> list[Entered]:
    """So many in all, unless ``is_more``."""
    values = {"is_more": False, "client_scan_id": f"count-{next(_scans)}", **more}
    entry = Entry(count_id=count_id, place_id=place_of(session, count_id, bin_id), code=sku, units=units, **values)
    return count_units(session, [entry], actor=by)


def done(session: Session, count_id: int, bin_id: int | None, *, by: Actor = ANN) -> None:
    closing = Closing(count_id=count_id, place_id=place_of(session, count_id, bin_id))
    close_places(session, [closing], actor=by)


def counted(session: Session, house: House, bin_id: int, seen: Mapping[str, int], **more: Any) -> int:
    """The id of a count of one bin that is handed in, by ANN."""
    count_id = planned(session, house, [bin_id], **more)
    for sku, units in seen.items():
        saw(session, count_id, bin_id, sku, units)
    done(session, count_id, bin_id)
    submit(session, [count_id], actor=ANN)
    return count_id


def saw_again(session: Session, count_id: int, sku: str, units: int, *, by: Actor = BEN, **more: Any) -> list[Entered]:
    line = line_of(session, count_id, sku)
    values = {"is_more": False, "client_scan_id": f"again-{next(_scans)}", **more}
    again = Again(count_id=count_id, line_id=line.id, units=units, **values)
    return recount_units(session, [again], actor=by)


def line_of(session: Session, count_id: int, sku: str) -> Any:
    return session.execute(
        text("SELECT l.* FROM count_lines l JOIN skus k ON k.id = l.sku_id WHERE count_id = :id AND k.code = :sku"),
        {"id": count_id, "sku": sku},
    ).one()


def state_of(session: Session, count_id: int) -> str:
    return str(session.execute(text("SELECT state FROM counts WHERE id = :id"), {"id": count_id}).scalar_one())


def post_accepted(session: Session, count_id: int) -> None:
    """What a worker does after the count was accepted."""
    on_count_accepted(session, [CountAccepted(count_id=count_id)])


def in_bin(session: Session, house: House, bin_id: int | None, sku: str, *, site: str = "CMH1") -> int:
    return int(
        session.execute(
            text(
                "SELECT coalesce(sum(quantity), 0) FROM bin_stock WHERE sku_id = :sku AND site_id = :site"
                " AND bin_id IS NOT DISTINCT FROM :bin"
            ),
            {"sku": house.skus[sku], "site": house.sites[site], "bin": bin_id},
        ).scalar_one()
    )
