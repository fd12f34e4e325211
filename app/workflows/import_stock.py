"""Rows of a stock file become receipts of opening stock, in the bins and lots that they name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.imports.models import Import
from app.imports.rows import Reason
from app.imports.staging import Group
from app.inventory import levels
from app.inventory.labelled_lots import LabelledLot, open_lots
from app.kernel import clock
from app.kernel.actor import Actor
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.import_lookup import Known, Spot, look_up, spot, was_taken_before
from app.workflows.judged_import import NEW, SAME, Judged, Kind


@dataclass(frozen=True, kw_only=True)
class Receipt:
    spot: Spot
    quantity: int
    expires_on: date | None


def judge_stock(session: Session, row: Import, groups: Sequence[Group]) -> list[Judged]:
    if was_taken_before(session, row):
        return [Judged(group=group, result=SAME, said="already imported") for group in groups]
    contents = [group.rows[0].content for group in groups]
    known = look_up(session, contents)
    expiries = {key: lot.expires_on for key, lot in known.lots.items()}
    return [_judged(group, content, known, expiries) for group, content in zip(groups, contents, strict=True)]


def write_stock(session: Session, row: Import, work: Sequence[Any], actor: Actor) -> None:
    levels.lock(session, {(one.spot.sku.id, one.spot.site_id) for one in work})
    known = open_lots(session, [_lot(one) for one in work if one.spot.lot])
    lots = {key: lot.id for key, lot in known.items()}
    adjustments = [
        Adjustment(
            sku_id=one.spot.sku.id,
            site_id=one.spot.site_id,
            bin_id=one.spot.bin_id,
            lot_id=lots.get((one.spot.sku.id, one.spot.lot)),
            on_hand=one.quantity,
            reason="opening",
            reference=("import", row.id),
        )
        for one in work
    ]
    adjust_stock(session, adjustments, actor=actor)


def _judged(
    group: Group, content: Mapping[str, Any], known: Known, expiries: dict[tuple[int, str], date | None]
) -> Judged:
    """``expiries`` are brought along: two rows of a new lot have to agree."""
    found = spot(content, known)
    if isinstance(found, list):
        return Judged(group=group, reasons=tuple(found))
    expires_on = date.fromisoformat(content["expires_on"]) if content["expires_on"] else None
    if found.lot:
        former = expiries.get((found.sku.id, found.lot))
        if former and expires_on and former != expires_on:
            message = f"lot {found.lot} expires on {former}: give other units their own lot"
            return Judged(group=group, reasons=(Reason("Expires on", content["expires_on"], message),))
        expiries[found.sku.id, found.lot] = former or expires_on
    units = content["quantity"]
    receipt = Receipt(spot=found, quantity=units, expires_on=expires_on)
    return Judged(group=group, result=NEW, said=f"{units:,} units", work=receipt, figures={"units": units})


def _lot(one: Receipt) -> LabelledLot:
    return LabelledLot(
        sku_id=one.spot.sku.id,
        code=one.spot.lot,
        expires_on=one.expires_on,
        removal_days=one.spot.sku.removal_days,
        received_on=clock.now().date(),
    )


STOCK_KIND = Kind(judge=judge_stock, write=write_stock)
