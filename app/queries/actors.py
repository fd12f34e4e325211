"""Names for the codes under which people and programs act."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.orm import Session

KINDS = {
    "system": "Waybill",
    "job": "Waybill",
    "command": "a command",
    "customer": "the customer",
    "": "Waybill",
}


def names(session: Session, codes: Collection[str]) -> dict[str, str]:
    """``user:7`` as the person's name, ``api_key:2`` as the key's; two statements at most."""
    users = _named(session, "users", codes, prefix="user:")
    keys = _named(session, "api_keys", codes, prefix="api_key:")
    known = users | {code: f"API key “{name}”" for code, name in keys.items()}
    return {code: known.get(code) or KINDS.get(code.partition(":")[0], code) for code in codes}


def _named(session: Session, table: str, codes: Collection[str], *, prefix: str) -> dict[str, str]:
    ids = [int(code.removeprefix(prefix)) for code in codes if code.startswith(prefix)]
    if not ids:
        return {}
    statement = text(f"SELECT id, name FROM {table} WHERE id = ANY(CAST(:ids AS bigint[]))")
    return {f"{prefix}{row.id}": row.name for row in session.execute(statement, {"ids": ids})}
