"""The packing slip: what lies in the parcel and what is still to come. No prices."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from app.documents.paper import Paper
from app.documents.render import render
from app.documents.values import Cell, Column, Document, Row, Sender


@dataclass(frozen=True, kw_only=True)
class SlipLine:
    """``later`` units come in another parcel or when stock arrives; ``kit`` is code and name of what it is part of."""

    sku: str
    name: str
    quantity: int
    ordered: int
    later: int = 0
    kit: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Slip:
    """``part`` counts an order's fulfilment orders; ``to_come`` are the units of the order that are not in this one."""

    sender: Sender
    order_number: str
    part: int
    ordered_on: date
    site: str
    ship_to: tuple[str, ...]
    lines: tuple[SlipLine, ...]
    reference: str = ""
    to_come: int = 0
    is_copy: bool = False
    language: str = "en-GB"

    @property
    def code(self) -> str:
        return fulfilment_code(self.order_number, self.part)


def fulfilment_code(order_number: str, part: int) -> str:
    """What stands in the barcode of a fulfilment order and what a terminal reads from it."""
    return f"{order_number}-{part}"


def packing_slips(slips: Sequence[Slip], paper: Paper) -> bytes:
    """One PDF of many slips, in the order given."""
    return render([_document(slip, paper) for slip in slips], paper)


def _document(slip: Slip, paper: Paper) -> Document:
    return Document(
        title="Packing slip",
        name=f"Order {slip.order_number}",
        code=slip.order_number,
        part=(slip.code, f"Part {slip.code}"),
        sender=slip.sender,
        facts=_facts(slip),
        address=slip.ship_to,
        columns=_columns(paper),
        rows=tuple(_rows(slip, paper)),
        closing=_closing(slip),
        is_copy=slip.is_copy,
        language=slip.language,
    )


def _facts(slip: Slip) -> tuple[tuple[str, str], ...]:
    ordered = f"{slip.ordered_on.day} {slip.ordered_on:%B %Y}"
    facts = (("Order", slip.order_number), ("Ordered on", ordered), ("Packed at", slip.site))
    return (*facts, ("Your reference", slip.reference)) if slip.reference else facts


def _columns(paper: Paper) -> tuple[Column, ...]:
    figures = (Column("Ordered", 0.13, "right"), Column("Here", 0.1, "right"), Column("Later", 0.1, "right"))
    if paper.is_narrow:
        return (Column("Item", 0.55), *figures)
    return (Column("SKU", 0.24), Column("Item", 0.43), *figures)


def _rows(slip: Slip, paper: Paper) -> Iterator[Row]:
    """The parts of a kit stand under its name."""
    for kit, lines in groupby(slip.lines, key=lambda line: line.kit):
        if kit:
            yield Row(_kit_cells(kit, paper), 0)
        for line in lines:
            shown = replace(line, name=f"– {line.name}") if kit else line
            yield Row(_cells(shown, paper), line.quantity)


def _kit_cells(kit: tuple[str, str], paper: Paper) -> tuple[Cell, ...]:
    (code, name), figures = kit, (Cell(), Cell(), Cell())
    return (Cell(code, name), *figures) if paper.is_narrow else (Cell(code), Cell(strong=name), *figures)


def _cells(line: SlipLine, paper: Paper) -> tuple[Cell, ...]:
    figures = (Cell(str(line.ordered)), Cell(strong=str(line.quantity)), Cell(str(line.later) if line.later else "–"))
    if paper.is_narrow:
        return (Cell(line.name, line.sku), *figures)
    return (Cell(strong=line.sku), Cell(line.name), *figures)


def _closing(slip: Slip) -> str:
    return f"{slip.to_come} more to come in another parcel." if slip.to_come else ""
