"""Bins are added, changed and closed; a bin with goods in it stays open."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.put_away import KINDS
from app.kernel import text as typed
from app.kernel.errors import Invalid, NotFound

CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,23}")
ZONE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]{0,23}")
LAST_SEQUENCE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class BinFacts:
    """A lower ``pick_sequence`` is walked first; ``capacity`` is in units, None for no limit."""

    zone: str
    kind: str
    pick_sequence: int
    capacity: int | None
    one_sku: bool
    one_lot: bool
    is_active: bool = True


def add_bin(session: Session, site_id: int, code: str, facts: BinFacts) -> int:
    """Raises Invalid for a code in use at this site."""
    if not CODE.fullmatch(code):
        raise Invalid([("code", f"{code[:24]!r} is no bin code: write capitals, digits, hyphens or dots")])
    found = session.execute(text(ADD), {"site_id": site_id, "code": code, **_columns(facts)}).scalar_one_or_none()
    if found is None:
        raise Invalid([("code", f"there is a bin {code} at this site already: choose another code")])
    return int(found)


def change_bin(session: Session, site_id: int, code: str, facts: BinFacts) -> None:
    """Raises NotFound; Invalid for closing a bin in which goods lie. Rules count for what comes in from now on."""
    values = {"site_id": site_id, "code": code}
    bin_id = session.execute(text(LOCK), values).scalar_one_or_none()
    if bin_id is None:
        raise NotFound(f"there is no bin {code[:24]!r} at this site")
    columns = _columns(facts)
    held = session.execute(text(HELD), {"id": bin_id}).scalar_one()
    if held and not facts.is_active:
        raise Invalid([("is_active", f"{held} units lie in {code}: move them to another bin first, then close it")])
    session.execute(text(CHANGE), {"id": bin_id, **columns})


def _columns(facts: BinFacts) -> dict[str, Any]:
    typed.choice(facts.kind, KINDS, field="kind")
    failures = []
    if facts.zone and not ZONE.fullmatch(facts.zone):
        failures.append(("zone", f"{facts.zone[:24]!r} is no zone: write up to 24 letters, digits, spaces or hyphens"))
    if not 0 <= facts.pick_sequence <= LAST_SEQUENCE:
        failures.append(("pick_sequence", f"{facts.pick_sequence} is out of range: write 0 to {LAST_SEQUENCE:,}"))
    if facts.capacity is not None and not 1 <= facts.capacity <= typed.LARGEST_QUANTITY:
        failures.append(("capacity", f"{facts.capacity} is no capacity: write 1 or more, or nothing for no limit"))
    if failures:
        raise Invalid(failures)
    return vars(facts)


ADD = """
INSERT INTO bins (site_id, code, zone, kind, pick_sequence, capacity, one_sku, one_lot, is_active)
VALUES (:site_id, :code, :zone, :kind, :pick_sequence, :capacity, :one_sku, :one_lot, :is_active)
ON CONFLICT (site_id, code) DO NOTHING RETURNING id
"""
LOCK = "SELECT id FROM bins WHERE site_id = :site_id AND code = :code FOR UPDATE"
HELD = "SELECT coalesce(sum(quantity), 0)::bigint FROM bin_stock WHERE bin_id = :id"
CHANGE = """
UPDATE bins SET zone = :zone, kind = :kind, pick_sequence = :pick_sequence, capacity = :capacity, one_sku = :one_sku,
       one_lot = :one_lot, is_active = :is_active WHERE id = :id
"""
