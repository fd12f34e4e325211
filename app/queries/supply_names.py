"""What people call a line of a purchase order or transfer, such as ``PO-7 line 2``."""

from collections.abc import Collection, Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

Line = tuple[str, int]

# By source: a statement that answers ``id`` and ``name`` of the lines ``:ids``.
NAMED: Mapping[str, str] = {
    "purchase": "SELECT l.id, o.number || ' line ' || l.position AS name FROM purchase_order_lines l"
    " JOIN purchase_orders o ON o.id = l.purchase_order_id WHERE l.id = ANY(CAST(:ids AS bigint[]))",
    "transfer": "SELECT l.id, t.number AS name FROM transfer_lines l JOIN transfers t ON t.id = l.transfer_id"
    " WHERE l.id = ANY(CAST(:ids AS bigint[]))",
}


def supply_names(session: Session, lines: Collection[Line]) -> dict[Line, str]:
    """One statement per source; a line that is not known there is called by its own number."""
    names = {(source, id): f"{source} line {id}" for source, id in lines}
    for source, statement in NAMED.items():
        ids = sorted(id for kind, id in names if kind == source)
        if ids:
            found = session.execute(text(statement), {"ids": ids})
            names |= {(source, row.id): row.name for row in found}
    return names
