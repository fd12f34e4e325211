"""Which column holds which field: guessed from headers, remembered by their fingerprint, judged before use."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.imports.errors import UnmatchedColumns
from app.imports.fields import KINDS, NOT_A_LETTER, Field
from app.imports.models import ImportMapping

REASONS_HEADER = "Left out because"
"""The column that a file of rejected rows adds; it does not make it another kind of file."""


def guess(kind: str, headers: Sequence[str]) -> dict[str, int]:
    """Field name to column, each column once. The first pass takes the name closest to our own for each field."""
    plain = [_plain(header) for header in headers]
    found: dict[str, int] = {}
    for rank in range(max(len(field.names) for field in KINDS[kind])):
        for field in KINDS[kind]:
            column = _column(field, rank, plain)
            if column is not None and field.name not in found and column not in found.values():
                found[field.name] = column
    return _settle_region(found, plain)


def judge(kind: str, mapping: Mapping[str, int], headers: Sequence[str]) -> None:
    """Raises UnmatchedColumns, naming every field that is missing or matched to a column twice."""
    missing = [field.label for field in KINDS[kind] if field.is_required and field.name not in mapping]
    if missing:
        raise UnmatchedColumns(
            f"no column is matched to {', '.join(missing)}; the file has {', '.join(headers)[:300]}", field="mapping"
        )
    columns = list(mapping.values())
    twice = sorted({headers[column] for column in columns if columns.count(column) > 1})
    if twice:
        names = ", ".join(twice)
        raise UnmatchedColumns(f"matched more than once: {names}. Match each column to one field", field="mapping")


def fingerprint(headers: Sequence[str]) -> str:
    """The same for files with the same headers in the same order, whatever their case and spacing."""
    plain = [_plain(header) for header in headers if header != REASONS_HEADER]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


def remember(session: Session, kind: str, headers: Sequence[str], *, mapping: Mapping[str, int]) -> None:
    row = insert(ImportMapping).values(kind=kind, fingerprint=fingerprint(headers), mapping=dict(mapping))
    session.execute(
        row.on_conflict_do_update(index_elements=["kind", "fingerprint"], set_={"mapping": row.excluded.mapping})
    )


def recall(session: Session, kind: str, headers: Sequence[str]) -> dict[str, int]:
    """The mapping saved for such headers, else the guess."""
    saved = session.get(ImportMapping, (kind, fingerprint(headers)))
    return dict(saved.mapping) if saved else guess(kind, headers)


def _plain(header: str) -> str:
    return NOT_A_LETTER.sub("", header).casefold()


def _column(field: Field, rank: int, headers: Sequence[str]) -> int | None:
    if rank >= len(field.names) or field.names[rank] not in headers:
        return None
    return headers.index(field.names[rank])


def _settle_region(found: dict[str, int], headers: Sequence[str]) -> dict[str, int]:
    """A column "Region" is the buyer's, unless a column "State" says that already: then it is ours, for sales."""
    if "region" in headers and "state" in headers:
        return found | {"region": headers.index("state"), "sales_region": headers.index("region")}
    return found
