"""What every document is made of before it meets a sheet of paper."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Whose paper it is: ``address`` keeps the company's own line ends, ``logo`` is a PNG or JPEG file."""

    name: str
    address: str = ""
    logo: bytes | None = None


@dataclass(frozen=True)
class Column:
    """``share`` is the part of the width; figures stand at the right."""

    title: str
    share: float
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True)
class Cell:
    """``strong`` is written first and bold, ``plain`` below it; both wrap."""

    plain: str = ""
    strong: str = ""


@dataclass(frozen=True)
class Row:
    """``units`` is what the row adds to the sum that is carried from page to page."""

    cells: tuple[Cell, ...]
    units: int


@dataclass(frozen=True, kw_only=True)
class Document:
    """``code`` is the barcode at the top, ``name`` what it is called in words; ``note`` keeps its line ends."""

    title: str
    name: str
    code: str
    sender: Sender
    facts: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    address: tuple[str, ...] = ()
    address_label: str = "Ship to"
    note: str = ""
    part: tuple[str, str] | None = None
    closing: str = ""
    is_copy: bool = False
    language: str = "en-GB"
