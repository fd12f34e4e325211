"""Delivery zones as the pages list and change them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import Invalid, NotFound

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{1,29}")
RULE = re.compile(r"(?P<country>[A-Z]{2})(?:/(?P<region>[^/]{0,60}))?(?:/(?P<prefix>[A-Za-z0-9 -]{0,10}))?")
MOST_RULES = 500


@dataclass(frozen=True, kw_only=True)
class ZoneRow:
    """``rules`` are written as a person types them: ``US``, ``US/OH``, ``US/OH/432`` or ``US//432``."""

    code: str
    name: str
    tax_bp: int
    transit_days: int
    is_active: bool
    rules: tuple[str, ...]


def listed(session: Session) -> Sequence[ZoneRow]:
    return _rows(session, "true", {})


def get(session: Session, code: str) -> ZoneRow:
    """Raises NotFound."""
    found = _rows(session, "z.code = :code", {"code": code})
    if not found:
        raise NotFound(f"there is no zone {code!r}")
    return found[0]


def add(session: Session, zone: ZoneRow) -> None:
    if not CODE.fullmatch(zone.code):
        raise Invalid([("code", f"{zone.code[:30]!r} is no zone code: write 2 to 30 small letters, digits, - or _")])
    zone_id = session.scalar(text(INSERT), _values(zone))
    if zone_id is None:
        raise Invalid([("code", f"there is a zone {zone.code} already: choose another code")])
    _write_rules(session, zone_id, zone.rules)


def change(session: Session, zone: ZoneRow) -> None:
    """Counts for orders that are placed from now on; placed orders keep their tax and their promise."""
    zone_id = session.scalar(text(UPDATE), _values(zone))
    if zone_id is None:
        raise NotFound(f"there is no zone {zone.code!r}")
    session.execute(text("DELETE FROM zone_rules WHERE zone_id = :zone_id"), {"zone_id": zone_id})
    _write_rules(session, zone_id, zone.rules)


def _write_rules(session: Session, zone_id: int, rules: Sequence[str]) -> None:
    parts = [_parts(rule) for rule in dict.fromkeys(rules)]
    if not parts:
        raise Invalid([("rules", "name at least one destination, such as US")])
    if len(parts) > MOST_RULES:
        raise Invalid([("rules", f"{len(parts)} destinations are too many: name at most {MOST_RULES}")])
    columns = {name: [part[name] for part in parts] for name in ("country", "region", "prefix")}
    session.execute(text(INSERT_RULES), {"zone_id": zone_id, **columns})


def _parts(rule: str) -> dict[str, str]:
    match = RULE.fullmatch(rule.strip())
    if match is None:
        raise Invalid([("rules", f"{rule[:40]!r} is no destination: write US, US/OH or US/OH/432")])
    return {name: (value or "").strip() for name, value in match.groupdict().items()}


def _values(zone: ZoneRow) -> dict[str, object]:
    return {name: getattr(zone, name) for name in ("code", "name", "tax_bp", "transit_days", "is_active")}


def _rows(session: Session, condition: str, values: dict[str, str]) -> list[ZoneRow]:
    statement = text(
        "SELECT z.code, z.name, z.tax_bp, z.transit_days, z.is_active,"
        " ARRAY(SELECT rtrim(concat_ws('/', r.country, r.region, r.postal_prefix), '/')"
        " FROM zone_rules r WHERE r.zone_id = z.id ORDER BY r.country, r.region,"
        f" r.postal_prefix) AS rules FROM zones z WHERE {condition} ORDER BY z.is_active DESC, lower(z.name), z.code"
    )
    return [ZoneRow(**{**row, "rules": tuple(row["rules"])}) for row in session.execute(statement, values).mappings()]


INSERT = """
INSERT INTO zones (code, name, tax_bp, transit_days, is_active)
VALUES (:code, :name, :tax_bp, :transit_days, :is_active)
ON CONFLICT (code) DO NOTHING RETURNING id
"""
UPDATE = """
UPDATE zones SET name = :name, tax_bp = :tax_bp, transit_days = :transit_days, is_active = :is_active
WHERE code = :code RETURNING id
"""
INSERT_RULES = """
INSERT INTO zone_rules (zone_id, country, region, postal_prefix)
SELECT :zone_id, country, region, prefix
FROM unnest(CAST(:country AS text[]), CAST(:region AS text[]), CAST(:prefix AS text[])) AS r (country, region, prefix)
"""
