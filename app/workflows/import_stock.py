"""A batch of a stock file becomes receipts of opening stock."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.imports import lifecycle, staging
from app.imports.models import Import
from app.imports.rows import Reason
from app.imports.staging import Group
from app.kernel.actor import Actor
from app.kernel.text import LARGEST_QUANTITY
from app.workflows.adjust_stock import Adjustment, adjust_stock


def import_stock(session: Session, row: Import, groups: Sequence[Group], *, actor: Actor) -> dict[str, Any]:
    """Receive the units of these rows; answers what came of them, to be added up."""
    if was_taken_before(session, row):
        return {"known": len(groups)}
    contents = {one.line: one.content for group in groups for one in group.rows}
    skus = _ids(session, "skus", {content["sku"] for content in contents.values()})
    sites = _ids(session, "sites", {content["site"] for content in contents.values()})
    kits = _ids(session, "skus", skus, condition="is_kit")
    bad = [(line, reason) for line, content in contents.items() for reason in _reasons(content, skus, sites)]
    bad += [(line, _of_kit(content)) for line, content in contents.items() if content["sku"] in kits]
    staging.reject(session, row.id, bad)
    refused = {line for line, _ in bad}
    good = [content for line, content in contents.items() if line not in refused]
    adjust_stock(session, [_receipt(row, content, skus, sites) for content in good], actor=actor)
    return {"lines": len(good), "units": sum(one["quantity"] for one in good), "refused": len(refused)}


def was_taken_before(session: Session, row: Import) -> bool:
    """Stock has no order number to know it by: the very same file, not undone, is never received twice."""
    return any(other.id < row.id for other in lifecycle.earlier(session, row.kind, row.sha256))


def _of_kit(content: Mapping[str, Any]) -> Reason:
    return Reason("SKU", content["sku"], "this is a kit, which has no stock of its own: send its components")


def _ids(session: Session, table: str, codes: Collection[str], *, condition: str = "true") -> dict[str, int]:
    rows = session.execute(
        text(f"SELECT code, id FROM {table} WHERE code = ANY(CAST(:codes AS text[])) AND {condition}"),
        {"codes": sorted(codes)},
    )
    return {row.code: row.id for row in rows}


def _reasons(content: Mapping[str, Any], skus: Mapping[str, int], sites: Mapping[str, int]) -> list[Reason]:
    reasons = []
    if content["sku"] not in skus:
        reasons.append(Reason("SKU", content["sku"], f"there is no SKU “{content['sku']}”: import the product first"))
    if content["site"] not in sites:
        reasons.append(
            Reason("Site", content["site"], f"there is no site “{content['site']}”: add it on the admin page")
        )
    if content["quantity"] > LARGEST_QUANTITY:
        reasons.append(Reason("Quantity", str(content["quantity"]), f"must be at most {LARGEST_QUANTITY:,}"))
    return reasons


def _receipt(row: Import, content: Mapping[str, Any], skus: Mapping[str, int], sites: Mapping[str, int]) -> Adjustment:
    return Adjustment(
        sku_id=skus[content["sku"]],
        site_id=sites[content["site"]],
        on_hand=content["quantity"],
        reason="opening",
        reference=("import", row.id),
    )
