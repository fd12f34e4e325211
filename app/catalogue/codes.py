"""What a scanner reads, or a hand types, as one of our SKU codes."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalogue.gtin import LENGTHS


def resolve(session: Session, scanned: Collection[str]) -> dict[str, str]:
    """SKU code by scanned text: our own code, or a GTIN of any length. Unknown texts are missing."""
    forms = {one: _forms(one) for one in scanned}
    wanted = sorted({form for known in forms.values() for form in known})
    rows = session.execute(
        text("SELECT code, gtin FROM skus WHERE code = ANY(CAST(:f AS text[])) OR gtin = ANY(CAST(:f AS text[]))"),
        {"f": wanted},
    ).all()
    codes = {row.gtin: row.code for row in rows if row.gtin} | {row.code: row.code for row in rows}
    found = {one: next((codes[form] for form in known if form in codes), None) for one, known in forms.items()}
    return {one: code for one, code in found.items() if code is not None}


def _forms(scanned: str) -> list[str]:
    """How it may stand in the catalogue: as it is, in capitals, with the zeros that a scanner adds or drops."""
    plain = scanned.strip()
    bare = plain.lstrip("0")
    is_number = bool(bare) and plain.isascii() and plain.isdigit()
    return [plain, plain.upper(), *([bare.zfill(length) for length in LENGTHS] if is_number else [])]
