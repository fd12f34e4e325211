"""The pick list: one walk through a site, each SKU once, with the orders that share it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.documents.paper import Paper
from app.documents.render import render
from app.documents.values import Cell, Column, Document, Row, Sender


@dataclass(frozen=True, kw_only=True)
class PickShare:
    """How many of the units belong to which fulfilment order, such as 100001-1."""

    code: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class PickRow:
    sku: str
    name: str
    bin: str
    lot: str = ""
    shares: tuple[PickShare, ...]

    @property
    def quantity(self) -> int:
        return sum(share.quantity for share in self.shares)


@dataclass(frozen=True, kw_only=True)
class PickList:
    """``rows`` stand in walking order."""

    sender: Sender
    id: int
    site: str
    made: str
    orders: int
    rows: tuple[PickRow, ...]
    is_copy: bool = False
    language: str = "en-GB"

    @property
    def code(self) -> str:
        return pick_list_code(self.id)


def pick_list_code(pick_list_id: int) -> str:
    """What stands in the barcode of a pick list and what a terminal reads from it."""
    return f"PL-{pick_list_id}"


def pick_list(values: PickList, paper: Paper) -> bytes:
    return pick_lists([values], paper)


def pick_lists(values: Sequence[PickList], paper: Paper) -> bytes:
    return render([_document(one, paper) for one in values], paper)


def _document(values: PickList, paper: Paper) -> Document:
    return Document(
        title="Pick list",
        name=values.code,
        code=values.code,
        sender=values.sender,
        facts=(("Site", values.site), ("Made", values.made), ("Orders", str(values.orders))),
        columns=_columns(paper),
        rows=tuple(Row(_cells(row, paper), row.quantity) for row in values.rows),
        is_copy=values.is_copy,
        language=values.language,
    )


def _columns(paper: Paper) -> tuple[Column, ...]:
    if paper.is_narrow:
        return (Column("Bin", 0.16), Column("Item", 0.44), Column("For", 0.26), Column("Pick", 0.14, "right"))
    return (
        Column("Bin", 0.12),
        Column("SKU", 0.2),
        Column("Item", 0.32),
        Column("For", 0.24),
        Column("Pick", 0.12, "right"),
    )


def _cells(row: PickRow, paper: Paper) -> tuple[Cell, ...]:
    shares = Cell(", ".join(f"{share.quantity}×{share.code}" for share in row.shares))
    ends = (shares, Cell(strong=str(row.quantity)))
    if paper.is_narrow:
        return (_place(row), Cell(row.name, row.sku), *ends)
    return (_place(row), Cell(strong=row.sku), Cell(row.name), *ends)


def _place(row: PickRow) -> Cell:
    return Cell(strong=row.bin or "–", plain=f"lot {row.lot}" if row.lot else "")
