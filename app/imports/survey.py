"""One look over a whole file, to learn what a single row does not tell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.imports.dates import DateOrder, learn_order
from app.imports.errors import FileTooLarge
from app.imports.fields import KINDS
from app.imports.reading import Row

MOST_ROWS = 5_000_000
SAMPLE = 5_000


@dataclass(frozen=True, kw_only=True)
class Survey:
    rows: int
    date_order: DateOrder | None
    decimal_comma: bool


def survey(rows: Iterable[Row], mapping: Mapping[str, int], kind: str) -> Survey:
    """Counts rows and learns how the file writes dates and decimals. Raises FileTooLarge."""
    days = [mapping[field.name] for field in KINDS[kind] if field.is_date and field.name in mapping]
    figures = [mapping[field.name] for field in KINDS[kind] if field.is_number and field.name in mapping]
    seen: dict[str, None] = {}
    commas = points = count = 0
    for row in rows:
        count += 1
        if count > MOST_ROWS:
            raise FileTooLarge(f"the file has more than {MOST_ROWS:,} rows: split it into several files")
        if len(seen) < SAMPLE:
            seen.update(dict.fromkeys(_cells(row, days)))
        for cell in _cells(row, figures):
            commas += "," in cell
            points += "." in cell
    return Survey(rows=count, date_order=learn_order(seen), decimal_comma=commas > 0 and points == 0)


def _cells(row: Row, columns: Iterable[int]) -> list[str]:
    return [row.cells[column].strip() for column in columns if column < len(row.cells)]
