"""Kits: SKUs that are sold as one and lie on the shelves as their components."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.catalogue.models import KitComponent, Sku
from app.kernel import bulk
from app.kernel.errors import Invalid, NotFound
from app.kernel.text import LARGEST_QUANTITY

MOST_COMPONENTS = 50

Listed = tuple[int, int | None]  # a kit's SKU id, and the price list that prices it


@dataclass(frozen=True, kw_only=True)
class Component:
    """``quantity`` units go into one kit; ``price_minor`` is what one is sold for alone, None where nobody knows."""

    sku_id: int
    code: str
    name: str
    is_active: bool
    quantity: int
    price_minor: int | None = None


def contents(session: Session, kits: Collection[Listed]) -> dict[Listed, tuple[Component, ...]]:
    """What goes into each of these kits, in the order of the components' codes."""
    listed = sorted(kits, key=lambda one: (one[0], one[1] or 0))
    found: dict[Listed, list[Component]] = {one: [] for one in listed}
    for row in bulk.pairs(session, CONTENTS, [kit for kit, _ in listed], [prices for _, prices in listed]):
        component = Component(
            sku_id=row.sku_id,
            code=row.code,
            name=row.name,
            is_active=row.is_active,
            quantity=row.quantity,
            price_minor=row.price_minor,
        )
        found[row.kit_sku_id, row.price_list_id].append(component)
    return {one: tuple(components) for one, components in found.items()}


def of_code(session: Session, code: str) -> tuple[Component, ...]:
    """What goes into this kit; nothing, where it is none."""
    sku_id = session.scalar(select(Sku.id).where(Sku.code == code))
    return contents(session, [(sku_id, None)])[sku_id, None] if sku_id is not None else ()


def lock(session: Session, code: str) -> Sku:
    """So that nobody makes stock or a component of it meanwhile. Raises NotFound."""
    sku = session.scalar(
        select(Sku).where(Sku.code == code).with_for_update().execution_options(populate_existing=True)
    )
    if sku is None:
        raise NotFound(f"there is no SKU {code!r}")
    return sku


def fill(session: Session, kit: Sku, wanted: Mapping[str, int]) -> None:
    """Make a locked SKU the kit of these units, by code; of none, a plain SKU again. Raises Invalid."""
    components = _components(session, kit, wanted)
    session.execute(text("DELETE FROM kit_components WHERE kit_sku_id = :id"), {"id": kit.id})
    kit.is_kit = bool(components)
    session.flush()
    rows = [{"kit_sku_id": kit.id, "component_sku_id": id, "quantity": units} for id, units in components.items()]
    bulk.insert(session, KitComponent, rows)


def _components(session: Session, kit: Sku, wanted: Mapping[str, int]) -> dict[int, int]:
    if len(wanted) > MOST_COMPONENTS:
        raise Invalid([("components", f"a kit has {MOST_COMPONENTS} components at most, not {len(wanted)}")])
    rows = session.execute(
        text("SELECT id, code, is_kit FROM skus WHERE code = ANY(CAST(:codes AS text[])) ORDER BY id FOR SHARE"),
        {"codes": sorted(wanted)},
    ).all()
    known = {row.code: row for row in rows}
    why = [one for code, units in wanted.items() if (one := _why_not(kit, code, units, known))]
    if not why and wanted and _is_component(session, kit.id):
        why = [f"{kit.code} is part of a kit itself: take it out there first"]
    if why:
        raise Invalid([("components", one) for one in why])
    return {known[code].id: units for code, units in wanted.items()}


def _why_not(kit: Sku, code: str, units: int, known: Mapping[str, object]) -> str | None:
    row = known.get(code)
    if row is None:
        return f"there is no SKU “{code}”: write the code of one of ours"
    if code == kit.code:
        return f"{code} cannot be part of itself"
    if getattr(row, "is_kit", False):
        return f"{code} is a kit: write its components instead"
    if not 1 <= units <= LARGEST_QUANTITY:
        return f"{code}: between 1 and {LARGEST_QUANTITY:,} units go into a kit, not {units}"
    return None


def _is_component(session: Session, sku_id: int) -> bool:
    found = session.execute(
        text("SELECT 1 FROM kit_components WHERE component_sku_id = :id LIMIT 1"), {"id": sku_id}
    ).first()
    return found is not None


CONTENTS = """
SELECT k.kit_sku_id, k.price_list_id, c.component_sku_id AS sku_id, s.code, s.name, s.is_active, c.quantity,
       p.minor AS price_minor
  FROM unnest(%(first)s::bigint[], %(second)s::bigint[]) AS k(kit_sku_id, price_list_id)
  JOIN kit_components c ON c.kit_sku_id = k.kit_sku_id JOIN skus s ON s.id = c.component_sku_id
  LEFT JOIN prices p ON p.price_list_id = k.price_list_id AND p.sku_id = s.id
 ORDER BY k.kit_sku_id, s.code
"""
