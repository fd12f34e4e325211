"""What a kit is made of, said by a person; refused where stock or promises of the SKU itself stand in the way."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue import kits
from app.catalogue.models import Sku
from app.inventory import availability
from app.kernel.errors import Invalid


def change_contents(session: Session, code: str, wanted: Mapping[str, int]) -> None:
    """Units by component code; none make it a plain SKU again. Placed orders keep what they were placed with."""
    kit = kits.lock(session, code)
    if wanted and not kit.is_kit:
        _refuse_own_stock(session, kit)
    told = session.execute(text(TOLD), {"id": kit.id}).scalar_one()
    kits.fill(session, kit, wanted)
    now = session.execute(text(TOLD), {"id": kit.id}).scalar_one()
    kit.former_movements += max(0, told + 1 - now)
    session.flush()


def _refuse_own_stock(session: Session, sku: Sku) -> None:
    if session.execute(text("SELECT 1 FROM stock_levels WHERE sku_id = :id LIMIT 1"), {"id": sku.id}).first():
        why = f"{sku.code} has lain on a shelf itself: add a new SKU for the kit, with this one as a component"
        raise Invalid([("components", why)])
    waiting = text("SELECT 1 FROM order_lines WHERE sku_id = :id AND backordered > 0 LIMIT 1")
    if session.execute(waiting, {"id": sku.id}).first():
        why = f"orders wait for {sku.code} itself: cancel those lines first, or add a new SKU for the kit"
        raise Invalid([("components", why)])


TOLD = f"SELECT movements FROM ({availability.of_sku(':id')}) AS a"
