"""What terminals scanned. A scan counts once however often it is sent; a wrong one stops the packing until somebody
says that the item is out again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment.models import Scan
from app.kernel import bulk
from app.kernel.actor import Actor

Step = Literal["pick", "put_back", "short", "pack", "unpack", "wrong"]
LONGEST_CODE = 80


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """``client_scan_id`` is the terminal's own name for the scan; ``sku_code`` is what it was resolved to."""

    fulfilment_order_id: int
    client_scan_id: str
    step: Step
    sku_code: str
    quantity: int


def record(session: Session, scans: Sequence[Scanned], *, actor: Actor) -> list[Scanned]:
    """Write scans down; answers those that are new. The orders are locked."""
    rows = [{**vars(scan), "sku_code": scan.sku_code[:LONGEST_CODE], "actor": actor.code} for scan in scans]
    inserted = bulk.insert(
        session,
        Scan,
        rows,
        suffix="ON CONFLICT (fulfilment_order_id, client_scan_id) DO NOTHING"
        " RETURNING fulfilment_order_id, client_scan_id",
    )
    left = {(row.fulfilment_order_id, row.client_scan_id) for row in inserted}
    fresh = []
    for scan in scans:
        key = scan.fulfilment_order_id, scan.client_scan_id
        if key in left:
            left.remove(key)
            fresh.append(scan)
    return fresh


def as_wrong(scan: Scanned) -> Scanned:
    """The same scan of an item that does not belong in the box."""
    return replace(scan, step="wrong")


def known(session: Session, scans: Sequence[Scanned]) -> set[tuple[int, str]]:
    """Which of these came before, by work and the terminal's name for them."""
    rows = bulk.pairs(
        session,
        "SELECT s.fulfilment_order_id, s.client_scan_id FROM scans s"
        " JOIN unnest(%(first)s::bigint[], %(second)s::text[]) AS v(fulfilment_order_id, client_scan_id)"
        " USING (fulfilment_order_id, client_scan_id)",
        [scan.fulfilment_order_id for scan in scans],
        [scan.client_scan_id for scan in scans],
    )
    return {(row.fulfilment_order_id, row.client_scan_id) for row in rows}


def work_of(session: Session, ids: Collection[int], client_scan_id: str) -> int | None:
    """Which of this work a scan of this name was written down for; None if it is new."""
    found = session.execute(
        text(
            "SELECT fulfilment_order_id FROM scans"
            " WHERE fulfilment_order_id = ANY(CAST(:ids AS bigint[])) AND client_scan_id = :scan LIMIT 1"
        ),
        {"ids": sorted(ids), "scan": client_scan_id},
    ).scalar_one_or_none()
    return None if found is None else int(found)


def verified(session: Session, ids: Collection[int]) -> dict[tuple[int, str], int]:
    """Units that were scanned at the pack station and not taken out again, by (fulfilment order id, SKU code)."""
    rows = session.execute(
        text(
            "SELECT fulfilment_order_id, sku_code,"
            " sum(CASE step WHEN 'pack' THEN quantity ELSE -quantity END)::int AS units FROM scans"
            " WHERE fulfilment_order_id = ANY(CAST(:ids AS bigint[])) AND step IN ('pack', 'unpack') GROUP BY 1, 2"
        ),
        {"ids": list(ids)},
    )
    return {(row.fulfilment_order_id, row.sku_code): row.units for row in rows}


def wrong(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    """What was scanned wrongly and lies there still, by fulfilment order id."""
    rows = session.execute(
        text(
            "SELECT DISTINCT ON (fulfilment_order_id) fulfilment_order_id, sku_code FROM scans"
            " WHERE fulfilment_order_id = ANY(CAST(:ids AS bigint[])) AND step = 'wrong'"
            " ORDER BY fulfilment_order_id, id DESC"
        ),
        {"ids": list(ids)},
    )
    return {row.fulfilment_order_id: row.sku_code for row in rows}


def acknowledge(session: Session, ids: Collection[int]) -> None:
    """Somebody took the wrong items out."""
    session.execute(
        text(
            "UPDATE scans SET step = 'taken_out'"
            " WHERE fulfilment_order_id = ANY(CAST(:ids AS bigint[])) AND step = 'wrong'"
        ),
        {"ids": list(ids)},
    )
