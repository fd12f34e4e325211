"""Which goods a scan names where they lie: an item, a carton's label, or a lot by its own code."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue import codes
from app.kernel import gs1
from app.kernel.errors import DomainError
from app.kernel.gs1 import Label


class WrongCarton(DomainError):
    """What was scanned is not ours, not here, frozen, or contradicts the books."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="code")


@dataclass(frozen=True, kw_only=True)
class Carton:
    """``lot`` is empty where only the item was named; ``is_frozen`` and ``lies_here`` are of that lot."""

    sku: str
    lot: str = ""
    is_frozen: bool = False
    lies_here: bool = True

    @property
    def words(self) -> str:
        return f"lot {self.lot} of {self.sku}" if self.lot else self.sku


@dataclass(frozen=True, kw_only=True)
class Likely:
    """Whose lot it may be where several are called alike; ``is_coming``: what lies here already says nothing of it."""

    skus: Collection[str] = ()
    is_coming: bool = False


NONE_LIKELY = Likely()


def read_carton(
    session: Session, code: str, *, site_id: int, sku: str = "", likely: Likely = NONE_LIKELY
) -> Carton | None:
    """None for a code of no goods of ours, such as a bin's. ``sku`` is meant where a lot alone is named.

    Raises WrongCarton, or Invalid for a label that cannot be true.
    """
    label = gs1.read(code)
    if label is not None:
        return _labelled(session, label, site_id, sku, likely)
    if found := codes.resolve(session, {code}).get(code):
        return Carton(sku=found)
    lots = _lots(session, code, site_id, sku, likely)
    return _only(lots, code, likely) if lots else None


def refuse_elsewhere(carton: Carton, site: str) -> None:
    """Raises WrongCarton for a lot that does not lie at this site, by our books."""
    if not carton.lies_here:
        raise WrongCarton(f"{carton.words} does not lie at {site} by our books: set it aside and report it")


def refuse_frozen(carton: Carton, remedy: str) -> None:
    if carton.is_frozen:
        raise WrongCarton(f"{carton.words} is frozen: {remedy}")


def _labelled(session: Session, label: Label, site_id: int, meant: str, likely: Likely) -> Carton:
    sku = codes.resolve(session, {label.gtin}).get(label.gtin, "") if label.gtin else meant
    if label.gtin and not sku:
        raise WrongCarton(f"GTIN {label.gtin} on this label is none of our items: scan the item itself")
    if not label.lot:
        if not sku or not label.gtin:
            raise WrongCarton("this label does not say which item it is: scan the item itself")
        return Carton(sku=sku)
    lots = _lots(session, label.lot, site_id, sku, likely)
    fitting = [row for row in lots if sku in ("", row.sku)]
    if sku and not fitting:
        return _without(session, sku, label.lot, lots)
    if not lots:
        raise WrongCarton(f"none of our items has a lot “{label.lot}”: scan the item itself")
    _refuse_other_day(fitting[0], label)
    return _only(fitting, label.lot, likely)


def _without(session: Session, sku: str, lot: str, others: list[Any]) -> Carton:
    """A supplier's lot means nothing to us where the item is not followed by lot."""
    if session.execute(text(TRACKING), {"sku": sku}).scalar_one() != "lot":
        return Carton(sku=sku)
    if others:
        whose = f"{others[0].sku} has one; set it aside and report it"
        raise WrongCarton(f"this label is of {sku}, which has no lot {lot}: {whose}")
    raise WrongCarton(f"{sku} has no lot “{lot}” in our books: check the label, or report it")


def _refuse_other_day(row: Any, label: Label) -> None:
    if label.expires_on and row.expires_on and row.expires_on != label.expires_on:
        said = f"the label says {label.expires_on}, our books say {row.expires_on}"
        raise WrongCarton(f"lot {row.lot} of {row.sku}: {said}: set it aside and report it")


def _only(rows: list[Any], code: str, likely: Likely) -> Carton:
    """Of lots that are called alike, those that lie here count, and of those the likely ones."""
    here = [row for row in rows if row.units]
    meant = [row for row in rows if row.sku in likely.skus]
    both = [row for row in here if row in meant]
    best = ((meant or here) if likely.is_coming else (both or here or meant)) or rows
    if len(best) > 1:
        raise WrongCarton(f"{', '.join(row.sku for row in best)} have a lot “{code[:40]}” each: scan the item first")
    row = best[0]
    return Carton(sku=row.sku, lot=row.lot, is_frozen=row.is_frozen, lies_here=bool(row.units))


def _lots(session: Session, code: str, site_id: int, sku: str, likely: Likely) -> list[Any]:
    """Of the SKU that is meant first, then of likely ones; of others too, to say whose it is."""
    values = {"code": code, "upper": code.upper(), "site": site_id, "sku": sku, "likely": sorted(likely.skus)}
    return list(session.execute(text(LOTS), values).all())


TRACKING = "SELECT tracking FROM skus WHERE code = :sku"

LOTS = """
SELECT s.code AS sku, t.code AS lot, t.expires_on, t.frozen_at IS NOT NULL AS is_frozen,
       (SELECT coalesce(sum(p.quantity), 0)::bigint FROM bin_stock p
         WHERE p.sku_id = t.sku_id AND p.site_id = :site AND p.lot_id = t.id) AS units
  FROM lots t JOIN skus s ON s.id = t.sku_id
 WHERE t.code IN (:code, :upper)
 ORDER BY s.code <> :sku, s.code <> ALL(CAST(:likely AS text[])), t.code <> :code, s.code LIMIT 9
"""
