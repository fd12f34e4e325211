"""One row on its way from cells to values: every fault of it is told at once, every repair is listed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from app.imports import dates, figures
from app.imports.dates import DateOrder
from app.imports.figures import Unreadable
from app.imports.reading import Row
from app.imports.text import LONGEST, mend_spaces, unprintable
from app.kernel.csv_cells import undone

FLAGS = {
    **dict.fromkeys(("yes", "y", "true", "1", "x", "on", "ja"), True),
    **dict.fromkeys(("no", "n", "false", "0", "off", "nein"), False),
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How to read the rows of one file. ``currency`` and ``country`` stand in where the file names none."""

    headers: tuple[str, ...]
    mapping: Mapping[str, int]
    currency: str
    country: str
    today: date
    date_order: DateOrder = "day"
    decimal_comma: bool = False
    home_currency: str = ""

    @cached_property
    def columns(self) -> dict[str, tuple[int, str]]:
        return {name: (column, self.headers[column]) for name, column in self.mapping.items()}


@dataclass(frozen=True)
class Reason:
    """Why a row is left out: the header of the column, what was found there, what is wrong with it."""

    column: str
    found: str
    message: str


@dataclass(frozen=True)
class Repair:
    """``kind`` is spaces, postal_code_zero, postal_code_missing, rounding, name_chosen, ..."""

    line: int
    kind: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ReadRow:
    """``key`` is shared by the rows of one order; ``values`` are plain and can be stored as JSON."""

    line: int
    key: str
    cells: tuple[str, ...]
    values: dict[str, Any]
    reasons: tuple[Reason, ...]
    repairs: tuple[Repair, ...]


@dataclass
class Cells:
    """The cells of one row by field name; collects what it had to refuse or to repair."""

    row: Row
    plan: Plan
    reasons: list[Reason] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)

    def __post_init__(self) -> None:
        expected, found = len(self.plan.headers), len(self.row.cells)
        if found > expected or (found < expected and any(column >= found for column in self.plan.mapping.values())):
            self.reasons.append(Reason("", "", f"the row has {found} columns, the header has {expected}"))

    def text(self, name: str, *, required: bool = False) -> str:
        raw = undone(self._raw(name))
        mended = mend_spaces(raw)
        if not mended and required:
            self.refuse(name, "must not be empty")
        if len(mended) > LONGEST:
            self.refuse(name, f"is longer than {LONGEST:,} characters")
        character = unprintable(mended)
        if character:
            self.refuse(name, f"holds the control character {character}: remove it")
        if mended != raw.strip(" "):
            self.repair("spaces", name, raw, mended)
        return mended

    def quantity(self, name: str) -> int:
        if not self._raw(name).strip():
            self.refuse(name, "must not be empty")
        return self._read(name, figures.quantity) or 0

    def whole(self, name: str, *, most: int = figures.LARGEST_QUANTITY, required: bool = False) -> int | None:
        """0 or more; None where nothing is said."""
        if required and not self._raw(name).strip():
            self.refuse(name, "must not be empty")
        found: int | None = self._read(name, lambda text: figures.whole(text, most=most))
        return found

    def choice(self, name: str, words: Mapping[str, str]) -> str | None:
        """One of the codes or of their labels, whatever its case; None where nothing is said."""
        said = self.text(name).casefold()
        codes = {code: code for code in words} | {label.casefold(): code for code, label in words.items()}
        if said and said not in codes:
            self.refuse(name, f"must be one of {', '.join(words)}")
        return codes.get(said)

    def flag(self, name: str) -> bool | None:
        said = self.text(name).casefold()
        if said and said not in FLAGS:
            self.refuse(name, "must be yes or no")
        return FLAGS.get(said)

    def day(self, name: str) -> date | datetime | None:
        found: date | datetime | None = self._read(name, lambda text: dates.read(text, self.plan.date_order))
        return found

    def number(self, name: str) -> Any:
        return self._read(name, lambda text: figures.number(text, decimal_comma=self.plan.decimal_comma))

    def basis_points(self, name: str) -> int:
        return self._read(name, lambda text: figures.basis_points(text, decimal_comma=self.plan.decimal_comma)) or 0

    def reasons_of(self, name: str) -> list[Reason]:
        return [reason for reason in self.reasons if reason.column == self._header(name)]

    def refuse(self, name: str, message: str) -> None:
        self.reasons.append(Reason(self._header(name), self._raw(name)[:100], message))

    def repair(self, kind: str, name: str, before: str, after: str) -> None:
        self.repairs.append(Repair(self.row.line, kind, self._header(name), before[:200], after[:200]))

    def finish(self, key: str, values: dict[str, Any]) -> ReadRow:
        """A row with a reason holds no values and counts no repairs."""
        return ReadRow(
            line=self.row.line,
            key=key,
            cells=self.row.cells,
            values={} if self.reasons else values,
            reasons=tuple(self.reasons),
            repairs=() if self.reasons else tuple(self.repairs),
        )

    def _read(self, name: str, reader: Any) -> Any:
        text = mend_spaces(undone(self._raw(name)))
        if not text:
            return None
        try:
            return reader(text)
        except Unreadable as error:
            self.refuse(name, str(error))
            return None

    def _raw(self, name: str) -> str:
        column, _ = self.plan.columns.get(name, (None, ""))
        return self.row.cells[column] if column is not None and column < len(self.row.cells) else ""

    def _header(self, name: str) -> str:
        return self.plan.columns[name][1] if name in self.plan.columns else name
