"""What an import did, in lines for a terminal."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from app.imports import exports, lifecycle
from app.imports.models import Import
from app.imports.words import KINDS, REPAIRS, results

FIRST = 50


def report_lines(session: Session, row: Import) -> Iterator[str]:
    """Counts, repairs by kind with the names chosen, and the first rows that were left out."""
    yield f"Import {row.id}: {KINDS[row.kind].lower()} from {row.file_name}, {row.rows_total:,} rows, {row.state}"
    earlier = [
        one for one in lifecycle.earlier(session, row.kind, row.sha256, channel_id=row.channel_id) if one.id < row.id
    ]
    if earlier:
        yield f"This very file was imported before, as import {earlier[0].id}: what is here already is not taken twice."
    yield from _block("Result" if "run" in row.tally else "Dry run", _figures(row))
    yield from _repairs(session, row)
    yield from _rejected(session, row)


def _figures(row: Import) -> list[tuple[str, str]]:
    if "run" in row.tally:
        return results(row.kind, row.tally["run"])
    names = {
        "new": "New",
        "changed": "Changed",
        "same": "As before",
        "known": "Already here",
        "without_sku": "With a SKU that we do not have",
        "rejected_rows": "Left out",
    }
    return [(label, f"{row.tally['check'][name]:,}") for name, label in names.items() if name in row.tally["check"]]


def _repairs(session: Session, row: Import) -> Iterator[str]:
    counts = lifecycle.repairs_by_kind(session, row.id)
    if not counts:
        return
    yield from _block("Repairs", [(REPAIRS.get(kind, kind), f"{times:,}") for kind, times in counts.items()])
    for one in exports.repairs(session, row.id, kind="name_chosen"):
        yield f"  line {one.line}: “{one.after}” was taken for {one.before}"


def _rejected(session: Session, row: Import) -> Iterator[str]:
    left_out = exports.rejected(session, row.id, most=FIRST)
    if not left_out:
        return
    yield f"Rows left out (the first {len(left_out)}; all of them with --rejected-to FILE)"
    for one in left_out:
        yield f"  line {one.line}: {exports.sentence(one.reasons)}"


def _block(title: str, pairs: list[tuple[str, str]]) -> Iterator[str]:
    yield title
    width = max((len(label) for label, _ in pairs), default=0)
    for label, figure in pairs:
        yield f"  {label:<{width}}  {figure:>14}"
