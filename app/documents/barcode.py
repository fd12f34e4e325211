"""Code 128, drawn as filled rectangles so that it stays sharp at any printer's resolution."""

from functools import lru_cache

from reportlab.graphics.barcode.code128 import Code128
from reportlab.pdfgen.canvas import Canvas

from app.documents.paper import Paper

QUIET_MODULES = 10
WIDEST_MODULE = 1.1


def draw_barcode(canvas: Canvas, value: str, *, right: float, top: float, paper: Paper) -> None:
    """Draw ``value`` and its quiet zones flush right in the paper's share for barcodes."""
    bars, modules = _bars(value)
    module = min(WIDEST_MODULE, paper.room * 0.45 / (modules + 2 * QUIET_MODULES))
    left = right - (modules + QUIET_MODULES) * module
    canvas.setFillGray(0)
    for start, length in bars:
        canvas.rect(left + start * module, top - paper.barcode, length * module, paper.barcode, stroke=0, fill=1)


@lru_cache(maxsize=1024)
def _bars(value: str) -> tuple[tuple[tuple[int, int], ...], int]:
    """Where each bar starts and how long it is, in modules, and the length of the whole symbol."""
    if not value or not (value.isascii() and value.isprintable()):
        raise ValueError(f"{value!r} cannot be written in Code 128: use printable ASCII")
    bars, position = [], 0
    for element in _elements(value):
        length = ord(element.lower()) - ord("a") + 1
        if element.isupper():
            bars.append((position, length))
        position += length
    return tuple(bars), position


def _elements(value: str) -> str:
    """ReportLab's spelling of the symbol: A to D are bars of 1 to 4 modules, a to d the spaces between."""
    symbol = Code128(value, quiet=0)
    symbol.validate()  # type: ignore[no-untyped-call]
    symbol.encode()  # type: ignore[no-untyped-call]
    symbol.decompose()  # type: ignore[no-untyped-call]
    return str(symbol.decomposed)
