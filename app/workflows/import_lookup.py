"""What the rows of a file name: SKUs, sites, bins and lots by their codes, read once for a batch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.imports import lifecycle
from app.imports.models import Import
from app.imports.rows import Reason
from app.inventory.labelled_lots import KnownLot, LotKey, known_lots
from app.inventory.shelving import BinKey, BinRef, bins_by_code


@dataclass(frozen=True, kw_only=True)
class SkuRef:
    id: int
    tracking: str
    removal_days: int
    is_kit: bool


@dataclass(frozen=True, kw_only=True)
class Known:
    skus: Mapping[str, SkuRef]
    sites: Mapping[str, int]
    bins: Mapping[BinKey, BinRef]
    lots: Mapping[LotKey, KnownLot]


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where units lie, as a row names it; neither bin nor lot: anywhere at the site. A lot may be new."""

    sku: SkuRef
    site_id: int
    bin_id: int | None
    lot: str
    lot_id: int | None


def was_taken_before(session: Session, row: Import) -> bool:
    """Stock has no order number to know it by: the very same file, not undone, is never taken in twice."""
    return any(other.id < row.id for other in lifecycle.earlier(session, row.kind, row.sha256))


def look_up(session: Session, contents: Sequence[Mapping[str, Any]]) -> Known:
    skus = _skus(session, {one["sku"] for one in contents})
    sites = site_ids(session)
    bins = {(sites[one["site"]], one["bin"]) for one in contents if one["bin"] and one["site"] in sites}
    lots = {(skus[one["sku"]].id, one["lot"]) for one in contents if one["lot"] and one["sku"] in skus}
    return Known(
        skus=skus,
        sites=sites,
        bins=bins_by_code(session, bins) if bins else {},
        lots=known_lots(session, lots) if lots else {},
    )


def spot(content: Mapping[str, Any], known: Known) -> Spot | list[Reason]:
    """Every reason why the row names no place that we know."""
    sku, site_id = known.skus.get(content["sku"]), known.sites.get(content["site"])
    reasons = []
    if sku is None:
        reasons.append(Reason("SKU", content["sku"], f"there is no SKU “{content['sku']}”: import the product first"))
    else:
        reasons += _of_tracking(content, sku)
    if site_id is None:
        reasons.append(no_site(content["site"]))
    found = known.bins.get((site_id or 0, content["bin"]))
    if site_id is not None and content["bin"]:
        reasons += _of_bin(content, found)
    if sku is None or site_id is None or reasons:
        return reasons
    lot = known.lots.get((sku.id, content["lot"]))
    return Spot(
        sku=sku,
        site_id=site_id,
        bin_id=found.id if found else None,
        lot=content["lot"],
        lot_id=lot.id if lot else None,
    )


def sku_ids(session: Session, codes: Collection[str]) -> dict[str, int]:
    return {code: sku.id for code, sku in _skus(session, codes).items()}


def site_ids(session: Session) -> dict[str, int]:
    return {row.code: row.id for row in session.execute(text("SELECT code, id FROM sites"))}


def no_site(code: str) -> Reason:
    return Reason("Site", code, f"there is no site “{code}”: add it on the admin page")


def _of_tracking(content: Mapping[str, Any], sku: SkuRef) -> list[Reason]:
    if sku.is_kit:
        return [Reason("SKU", content["sku"], "this is a kit, which has no stock of its own: send its components")]
    if sku.tracking == "serial":
        return [Reason("SKU", content["sku"], "is tracked by serial number: scan its units one by one instead")]
    if sku.tracking == "lot" and not content["lot"]:
        return [Reason("Lot", "", "must not be empty: this SKU is tracked by lot")]
    if sku.tracking == "none" and content["lot"]:
        return [Reason("Lot", content["lot"], "this SKU is not tracked by lot: change that first, or leave it empty")]
    return []


def _of_bin(content: Mapping[str, Any], found: BinRef | None) -> list[Reason]:
    if found is None:
        return [
            Reason("Bin", content["bin"], f"there is no bin “{content['bin']}” at this site: import the bins first")
        ]
    if not found.is_active:
        return [Reason("Bin", content["bin"], "is not in use any more: name another one")]
    return []


def _skus(session: Session, codes: Collection[str]) -> dict[str, SkuRef]:
    rows = session.execute(
        text("SELECT code, id, tracking, removal_days, is_kit FROM skus WHERE code = ANY(CAST(:codes AS text[]))"),
        {"codes": sorted(codes)},
    )
    return {row.code: SkuRef(**{name: row._mapping[name] for name in COLUMNS}) for row in rows}


COLUMNS = ("id", "tracking", "removal_days", "is_kit")
