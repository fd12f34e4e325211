"""Giving their numbers to units that lie there without."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import serials
from app.inventory.serials import Numbered
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.workflows.goods_in_hand import goods_in_hand


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Units of one item in one bin, empty for none; ``code`` as scanned."""

    site_id: int
    code: str
    numbers: Sequence[str]
    bin: str = ""
    lot: str = ""


def number_units(session: Session, batch: Batch, *, actor: Actor) -> str:
    """Answers the SKU. Raises Invalid."""
    [goods] = goods_in_hand(session, [(batch.site_id, batch.code)])
    if goods.tracking != "serial":
        raise Invalid([("code", f"{goods.sku} is not kept by serial number: change the product first")])
    lot = batch.lot or goods.lot
    asked = {"site": batch.site_id, "sku": goods.sku_id, "bin": batch.bin, "lot": lot}
    place = session.execute(text(PLACE), asked).one()
    if batch.bin and place.bin_id is None:
        raise Invalid([("bin", f"there is no bin {batch.bin} at this site: scan another")])
    if lot and place.lot_id is None:
        raise Invalid([("lot", f"{goods.sku} has no lot {lot}: read the label again")])
    units = [
        Numbered(sku_id=goods.sku_id, code=number, site_id=batch.site_id, bin_id=place.bin_id, lot_id=place.lot_id)
        for number in batch.numbers
    ]
    serials.register(session, units, actor=actor)
    return goods.sku


PLACE = """
SELECT (SELECT id FROM bins WHERE site_id = :site AND upper(code) = upper(:bin)) AS bin_id,
       (SELECT id FROM lots WHERE sku_id = :sku AND code = :lot) AS lot_id
"""
