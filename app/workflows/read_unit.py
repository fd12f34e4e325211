"""What is scanned where goods come in or leave: an item, its label, or the number of one unit alone."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue import codes, gtin
from app.kernel import gs1
from app.kernel.errors import DomainError
from app.workflows.read_carton import Carton, Likely, read_carton


class SharedNumber(DomainError):
    """Several items have a unit of this number."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """``lot`` and ``serial`` as the label says them; ``is_numbered``: units of this SKU are known by number."""

    sku: str
    lot: str = ""
    serial: str = ""
    is_numbered: bool = False


def read_unit(session: Session, code: str, *, skus: Collection[str] = (), on_the_way_first: bool = False) -> Reading:
    """``skus`` are those that a number is likely to be of: a number that two items share is theirs, and one that no
    item has is of the only one of them that is kept by number.

    Raises DomainError where the code says nothing to us, or too much.
    """
    label = gs1.read(code)
    item = label.gtin if label and label.gtin else code
    found = codes.resolve(session, {item}).get(item)
    if found:
        is_numbered = found in _numbered(session, {found})
        serial = label.serial if label and is_numbered else ""
        return Reading(sku=found, lot=label.lot if label else "", serial=serial, is_numbered=is_numbered)
    if label and label.gtin:
        raise DomainError(
            f"the label says GTIN {label.gtin}, which is not one of our items: set it aside", field="code"
        )
    return _by_number(session, (label.serial if label else "") or code, skus, on_the_way_first)


def read_at_site(
    session: Session, code: str, *, site_id: int, skus: Collection[str] = (), on_the_way_first: bool = False
) -> tuple[Reading, Carton]:
    """The same, where a lot counts by its own code too, and what the site's books say of that lot.

    Lots of any item may be called as a unit is: a bare code is the number of a likely unit that is at hand first.
    """
    label = gs1.read(code)
    if label:
        is_unit = bool(label.serial) and not label.gtin
    else:
        is_unit = _is_at_hand(session, code, skus, None if on_the_way_first else site_id)
    likely = Likely(skus=skus, is_coming=on_the_way_first)
    carton = None if is_unit else read_carton(session, code, site_id=site_id, likely=likely)
    if carton is None:
        unit = read_unit(session, code, skus=skus, on_the_way_first=on_the_way_first)
        return unit, Carton(sku=unit.sku)
    is_numbered = carton.sku in _numbered(session, {carton.sku})
    serial = label.serial if label and is_numbered else ""
    return Reading(sku=carton.sku, lot=carton.lot, serial=serial, is_numbered=is_numbered), carton


def _is_at_hand(session: Session, number: str, skus: Collection[str], site_id: int | None) -> bool:
    """Whether one of these SKUs has such a unit in stock at the site, or on the way where no site is named."""
    values = {"number": number, "skus": sorted(skus), "site": site_id}
    return bool(session.execute(text(AT_HAND), values).scalar_one())


def _by_number(session: Session, number: str, skus: Collection[str], on_the_way_first: bool) -> Reading:
    state = "in_transit" if on_the_way_first else "in_stock"
    rows = session.execute(text(NUMBERED), {"number": number, "skus": sorted(skus), "state": state}).all()
    best = [row.sku for row in rows if row.rank == rows[0].rank]
    if len(best) == 1:
        return Reading(sku=best[0], serial=number, is_numbered=True)
    if best:
        why = f"{' and '.join(best[:3])} have a number {number}: scan the label that says which item it is"
        raise SharedNumber(why, field="code")
    likely = _numbered(session, skus)
    if len(likely) == 1 and not gtin.is_gtin(number):
        return Reading(sku=next(iter(likely)), serial=number, is_numbered=True)
    remedy = "set it aside" if on_the_way_first else "scan or type another code"
    raise DomainError(f"“{number[:40]}” is not one of our items or numbers: {remedy}", field="code")


def _numbered(session: Session, skus: Collection[str]) -> set[str]:
    rows = session.execute(
        text("SELECT code FROM skus WHERE tracking = 'serial' AND code = ANY(CAST(:skus AS text[]))"),
        {"skus": sorted(skus)},
    )
    return set(rows.scalars())


NUMBERED = """
SELECT k.code AS sku, (n.state = :state)::int + 2 * (k.code = ANY(CAST(:skus AS text[])))::int AS rank
  FROM serials n JOIN skus k ON k.id = n.sku_id WHERE n.code = :number ORDER BY 2 DESC, 1
"""

AT_HAND = """
SELECT EXISTS (
  SELECT FROM serials n JOIN skus k ON k.id = n.sku_id
   WHERE n.code = :number AND k.code = ANY(CAST(:skus AS text[]))
     AND CASE WHEN CAST(:site AS bigint) IS NULL THEN n.state = 'in_transit'
              ELSE n.state = 'in_stock' AND n.site_id = :site END)
"""
