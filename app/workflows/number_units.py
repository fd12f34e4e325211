"""Giving their numbers to units that lie there without."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import serials
from app.inventory.serials import Numbered
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.workflows.goods_in_hand import goods_in_hand


def number_units(
    session: Session, numbers: Sequence[str], *, site_id: int, code: str, bin: str, lot: str, actor: Actor
) -> str:
    """Units of one item in one bin (empty: in none); answers the SKU. Raises Invalid."""
    [goods] = goods_in_hand(session, [(site_id, code)])
    if goods.tracking != "serial":
        raise Invalid([("code", f"{goods.sku} is not kept by serial number: change the product first")])
    asked = {"site": site_id, "sku": goods.sku_id, "bin": bin, "lot": lot or goods.lot}
    place = session.execute(text(PLACE), asked).one()
    if bin and place.bin_id is None:
        raise Invalid([("bin", f"there is no bin {bin} at this site: scan another")])
    if asked["lot"] and place.lot_id is None:
        raise Invalid([("lot", f"{goods.sku} has no lot {asked['lot']}: read the label again")])
    units = [
        Numbered(sku_id=goods.sku_id, code=number, site_id=site_id, bin_id=place.bin_id, lot_id=place.lot_id)
        for number in numbers
    ]
    serials.register(session, units, actor=actor)
    return goods.sku


PLACE = """
SELECT (SELECT id FROM bins WHERE site_id = :site AND upper(code) = upper(:bin)) AS bin_id,
       (SELECT id FROM lots WHERE sku_id = :sku AND code = :lot) AS lot_id
"""
