"""What a person enters about stock, in the words of the shelf: counted, received, found, lost, damaged, repaired."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import serials
from app.inventory.serials import Numbered
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, StaleState
from app.kernel.text import LARGEST_QUANTITY, counted
from app.workflows.adjust_stock import Adjustment, adjust_stock

ENTRIES = {
    "count": "Counted: there are",
    "receipt": "Received",
    "found": "Found",
    "lost": "Lost",
    "damage": "Damaged, cannot be sold",
    "repair": "Repaired, can be sold again",
    "correction": "Corrected by",
}


@dataclass(frozen=True, kw_only=True)
class StockEntry:
    """``quantity`` is what lies there for a count, a signed difference for a correction, else a number of units.

    ``serials`` are the numbers of units that come in, one for each, where goods are known by them.
    """

    sku: str
    site: str
    kind: str
    quantity: int
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Place:
    sku_id: int
    site_id: int
    on_hand: int
    is_numbered: bool


def enter_stock(session: Session, entries: Sequence[StockEntry], *, actor: Actor) -> None:
    """Post what was seen. Raises StaleState if goods moved while a count was being entered: count again."""
    places = [_place(entry, found) for entry, found in zip(entries, _places(session, entries), strict=True)]
    adjustments = [_adjustment(entry, place) for entry, place in zip(entries, places, strict=True)]
    for entry, place, one in zip(entries, places, adjustments, strict=True):
        _refuse_without_numbers(entry, place, one.on_hand)
    adjust_stock(session, [one for one in adjustments if one.on_hand or one.unavailable], actor=actor)
    numbered = [
        Numbered(sku_id=one.sku_id, site_id=one.site_id, code=code)
        for entry, one in zip(entries, adjustments, strict=True)
        for code in entry.serials
    ]
    serials.register(session, numbered, field="serials", actor=actor)
    counts = [entry for entry in entries if entry.kind == "count"]
    for entry, now in zip(counts, _places(session, counts), strict=True):
        if now is not None and now.on_hand != entry.quantity:
            raise StaleState(f"{entry.sku} moved at {entry.site} while this was entered: count again")


def _place(entry: StockEntry, found: _Place | None) -> _Place:
    least = {"count": 0, "correction": -LARGEST_QUANTITY}.get(entry.kind, 1)
    if entry.kind not in ENTRIES:
        raise Invalid([("kind", f"{entry.kind!r} is not known here: choose one of {', '.join(ENTRIES)}")])
    if entry.quantity < least or (entry.kind == "correction" and entry.quantity == 0):
        raise Invalid(
            [("quantity", f"{entry.quantity} does not fit “{ENTRIES[entry.kind]}”: write {max(least, 0)} or more")]
        )
    if found is None:
        raise Invalid([("site", f"there is no SKU {entry.sku} or no site {entry.site}: choose another")])
    return found


def _adjustment(entry: StockEntry, place: _Place) -> Adjustment:
    on_hand = {
        "count": entry.quantity - place.on_hand,
        "receipt": entry.quantity,
        "found": entry.quantity,
        "lost": -entry.quantity,
        "correction": entry.quantity,
    }.get(entry.kind, 0)
    unavailable = {"damage": entry.quantity, "repair": -entry.quantity}.get(entry.kind, 0)
    return Adjustment(
        sku_id=place.sku_id, site_id=place.site_id, reason=entry.kind, on_hand=on_hand, unavailable=unavailable
    )


def _refuse_without_numbers(entry: StockEntry, place: _Place, on_hand: int) -> None:
    """Goods that are known by number come in by it, and are good again by the case that speaks of them."""
    if place.is_numbered and entry.kind == "repair":
        why = f"{entry.sku} is known by serial number: an administrator decides about its case under “Set aside”"
        raise Invalid([("kind", why)])
    units = max(0, on_hand) if place.is_numbered else 0
    if units > 0 and len(entry.serials) != units:
        why = (
            f"{entry.sku} is known by serial number: for {counted(units, 'unit')}, write one number on each line,"
            " or have the place counted, where units may come without"
        )
        raise Invalid([("serials", why)])
    if entry.serials and not units:
        raise Invalid([("serials", "only units that come in, of goods known by number, have theirs written here")])


def _places(session: Session, entries: Sequence[StockEntry]) -> list[_Place | None]:
    if not entries:
        return []
    values = {"skus": [entry.sku for entry in entries], "sites": [entry.site for entry in entries]}
    rows = session.execute(text(PLACES), values)
    return [_Place(**row._mapping) if row.sku_id and row.site_id else None for row in rows]


PLACES = """
SELECT s.id AS sku_id, t.id AS site_id, coalesce(l.on_hand, 0) AS on_hand, s.tracking = 'serial' AS is_numbered
FROM unnest(CAST(:skus AS text[]), CAST(:sites AS text[])) WITH ORDINALITY AS asked (sku, site, position)
LEFT JOIN skus s ON s.code = asked.sku
LEFT JOIN sites t ON t.code = asked.site
LEFT JOIN stock_levels l ON l.sku_id = s.id AND l.site_id = t.id
ORDER BY asked.position
"""
