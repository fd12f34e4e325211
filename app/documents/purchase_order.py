"""The purchase order as its supplier gets it: what, how many, by when, at what price."""

from dataclasses import dataclass
from datetime import date

from app.documents.paper import Paper
from app.documents.render import render
from app.documents.values import Cell, Column, Document, Row, Sender
from app.kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class PurchasePaperLine:
    """``their_code`` is the supplier's own, empty where it is not known."""

    sku: str
    their_code: str
    name: str
    quantity: int
    by: date
    unit_cost_minor: int

    @property
    def total_minor(self) -> int:
        return self.quantity * self.unit_cost_minor


@dataclass(frozen=True, kw_only=True)
class PurchasePaper:
    """``deliver_to`` are the lines of the site's address; ``is_draft`` is marked: it is no order yet."""

    sender: Sender
    number: str
    supplier: str
    day: date
    deliver_to: tuple[str, ...]
    currency: str
    lines: tuple[PurchasePaperLine, ...]
    note: str = ""
    is_draft: bool = False
    language: str = "en-GB"

    @property
    def total_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)


def purchase_order(values: PurchasePaper, paper: Paper) -> bytes:
    return render([_document(values, paper)], paper)


def _document(values: PurchasePaper, paper: Paper) -> Document:
    return Document(
        title="Purchase order",
        name=f"{values.number}{', draft' if values.is_draft else ''}",
        code=values.number,
        sender=values.sender,
        facts=_facts(values),
        address=values.deliver_to,
        address_label="Deliver to",
        note=values.note,
        columns=_columns(paper),
        rows=(*_rows(values, paper), _sum(values, paper)),
        closing=f"Prices are in {values.currency}. Please name {values.number} on all your papers.",
        language=values.language,
    )


def _facts(values: PurchasePaper) -> tuple[tuple[str, str], ...]:
    facts = (("Supplier", values.supplier), ("Date", _day(values.day)))
    total = ("Total", str(Money(values.total_minor, values.currency)))
    return (*facts, ("State", "Draft, not an order yet"), total) if values.is_draft else (*facts, total)


def _rows(values: PurchasePaper, paper: Paper) -> tuple[Row, ...]:
    return tuple(Row(_cells(line, values.currency, paper), line.quantity) for line in values.lines)


def _sum(values: PurchasePaper, paper: Paper) -> Row:
    total = Cell(strong=Money(values.total_minor, values.currency).amount(","))
    before = (Cell(),) * (len(_columns(paper)) - 2)
    return Row((Cell(strong=f"Total {values.currency}"), *before, total), 0)


def _columns(paper: Paper) -> tuple[Column, ...]:
    figures = (
        Column("Units", 0.1, "right"),
        Column("By", 0.15),
        Column("Each", 0.12, "right"),
        Column("Total", 0.14, "right"),
    )
    if paper.is_narrow:
        return (Column("Item", 0.49), *figures)
    return (Column("Your code", 0.16), Column("Item", 0.33), *figures)


def _cells(line: PurchasePaperLine, currency: str, paper: Paper) -> tuple[Cell, ...]:
    figures = (
        Cell(strong=f"{line.quantity:,}"),
        Cell(f"{line.by.day} {line.by:%b %Y}"),
        Cell(Money(line.unit_cost_minor, currency).amount(",")),
        Cell(Money(line.total_minor, currency).amount(",")),
    )
    if paper.is_narrow:
        return (Cell(f"{line.name} ({line.sku})", line.their_code), *figures)
    return (Cell(strong=line.their_code), Cell(f"Our code {line.sku}", line.name), *figures)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
