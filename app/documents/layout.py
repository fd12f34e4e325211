"""Which row stands on which page: decided before anything is drawn, so that every page can say 'x of y'."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.documents.fonts import REGULAR, STRONG
from app.documents.paper import Paper
from app.documents.text import limited, wrapped
from app.documents.values import Cell, Column, Document, Row

LINES_PER_CELL = 14
LINES_PER_PART = 4
LINES_PER_NOTE = 30
PADDING = 5.0

Line = tuple[str, str]


@dataclass(frozen=True)
class Laid:
    """A row whose cells are broken into (text, face) lines."""

    cells: tuple[tuple[Line, ...], ...]
    units: int

    def height(self, paper: Paper) -> float:
        return max(len(lines) for lines in self.cells) * paper.lead + PADDING


@dataclass(frozen=True, kw_only=True)
class Page:
    number: int
    rows: tuple[Laid, ...]
    brought_forward: int
    carried_over: int


@dataclass(frozen=True, kw_only=True)
class Head:
    """The texts above the table, broken to fit."""

    sender: tuple[str, ...]
    address: tuple[str, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    note: tuple[str, ...]
    has_logo: bool

    def sender_height(self, paper: Paper) -> float:
        logo = paper.logo[1] + 6 if self.has_logo else 0.0
        return max(logo + (len(self.sender) + 1) * paper.lead, paper.barcode + 2 * paper.lead) + 4

    def facts_height(self, paper: Paper) -> float:
        return (1 + max(len(lines) for _, lines in self.facts)) * paper.lead + 6

    def address_height(self, paper: Paper) -> float:
        if not self.address:
            return paper.lead
        return max((len(self.address) + 1) * paper.lead, paper.barcode + 2 * paper.lead) + 10

    def note_height(self, paper: Paper) -> float:
        return len(self.note) * paper.lead + 8 if self.note else 0.0

    def height(self, paper: Paper) -> float:
        above = self.sender_height(paper) + 2.2 * paper.lead + self.facts_height(paper)
        return above + self.address_height(paper) + self.note_height(paper)


def head_of(document: Document, paper: Paper) -> Head:
    half = paper.room * 0.52
    fact = paper.room / len(document.facts) - 8
    return Head(
        sender=_block(document.sender.address.splitlines()[:8], paper.small, half),
        address=_block(document.address, paper.size * 1.1, half),
        facts=tuple((name, limited(value, STRONG, paper.size, fact, most=3)) for name, value in document.facts),
        note=_note(document.note, paper),
        has_logo=document.sender.logo is not None,
    )


def running_head(paper: Paper) -> float:
    return paper.barcode + 1.5 * paper.lead


def foot(paper: Paper) -> float:
    return paper.lead * 2


def pages_of(document: Document, head: Head, paper: Paper) -> tuple[Page, ...]:
    """Fill the first page under its full head, the others under a short one."""
    body = paper.height - 2 * paper.margin - foot(paper) - _table_head(paper)
    groups: list[list[Laid]] = [[]]
    left = body - head.height(paper)
    for row in (_laid(row, document.columns, paper) for row in document.rows):
        needed = row.height(paper)
        if needed > left - paper.lead:
            groups.append([])
            left = body - running_head(paper) - paper.lead
        groups[-1].append(row)
        left -= needed
    return _numbered(groups)


def column_edges(columns: Sequence[Column], paper: Paper) -> tuple[tuple[float, float], ...]:
    """Left and right x of each column."""
    whole = sum(column.share for column in columns)
    edges, x = [], paper.margin
    for column in columns:
        right = x + paper.room * column.share / whole
        edges.append((x, right))
        x = right
    return tuple(edges)


def _block(parts: Sequence[str], size: float, room: float) -> tuple[str, ...]:
    # The first line of an address is the bold name, which is wider.
    return tuple(line for part in parts for line in limited(part, STRONG, size, room, most=LINES_PER_PART))


def _note(text: str, paper: Paper) -> tuple[str, ...]:
    """All of it but for what no first page has room for; that there is more is said."""
    lines = [line for part in text.splitlines() for line in wrapped(part, REGULAR, paper.size, paper.room)]
    return tuple(lines) if len(lines) <= LINES_PER_NOTE else (*lines[: LINES_PER_NOTE - 1], "…")


def _numbered(groups: Sequence[Sequence[Laid]]) -> tuple[Page, ...]:
    pages, carried = [], 0
    for number, rows in enumerate(groups, 1):
        before, carried = carried, carried + sum(row.units for row in rows)
        pages.append(Page(number=number, rows=tuple(rows), brought_forward=before, carried_over=carried))
    return tuple(pages)


def _laid(row: Row, columns: Sequence[Column], paper: Paper) -> Laid:
    rooms = [right - left - 8 for left, right in column_edges(columns, paper)]
    return Laid(tuple(_lines(cell, room, paper) for cell, room in zip(row.cells, rooms, strict=True)), row.units)


def _lines(cell: Cell, room: float, paper: Paper) -> tuple[Line, ...]:
    size, half = paper.size, LINES_PER_CELL // 2
    strong = [(line, STRONG) for line in limited(cell.strong, STRONG, size, room, most=half)] if cell.strong else []
    plain = [(line, REGULAR) for line in limited(cell.plain, REGULAR, size, room, most=half)] if cell.plain else []
    return tuple(strong + plain) or (("", REGULAR),)


def _table_head(paper: Paper) -> float:
    return paper.lead * 1.6
