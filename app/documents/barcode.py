"""Code 128, drawn as filled rectangles so that it stays sharp at any printer's resolution."""

from functools import lru_cache

from reportlab.graphics.barcode.code128 import Code128
from reportlab.pdfgen.canvas import Canvas

from app.documents.paper import Paper
from app.kernel.gs1 import SEPARATOR

QUIET_MODULES = 10
FNC1 = "\xf1"  # as ReportLab spells it
WIDEST_MODULE = 1.1


def draw_barcode(canvas: Canvas, value: str, *, right: float, top: float, paper: Paper) -> None:
    """Draw ``value`` and its quiet zones flush right in the paper's share for barcodes."""
    bars, modules = _bars(value)
    module = min(WIDEST_MODULE, paper.room * 0.45 / (modules + 2 * QUIET_MODULES))
    left = right - (modules + QUIET_MODULES) * module
    canvas.setFillGray(0)
    for start, length in bars:
        canvas.rect(left + start * module, top - paper.barcode, length * module, paper.barcode, stroke=0, fill=1)


def draw_symbol(canvas: Canvas, value: str, *, corner: tuple[float, float], box: tuple[float, float]) -> None:
    """Draw ``value`` in the middle of a box that has room for its quiet zones. FNC1 may stand in it."""
    (left, bottom), (width, height) = corner, box
    bars, modules = _bars(value)
    module = module_in(value, width)
    start = left + (width - modules * module) / 2
    canvas.setFillGray(0)
    for place, length in bars:
        canvas.rect(start + place * module, bottom, length * module, height, stroke=0, fill=1)


def module_in(value: str, width: float) -> float:
    """How wide the thinnest bar is, in points, if the symbol and its quiet zones share ``width``."""
    return min(WIDEST_MODULE, width / (_bars(value)[1] + 2 * QUIET_MODULES))


def gs1_symbol(elements: str) -> str:
    """A GS1 element string as the text of a symbol: FNC1 leads, and stands for each separator."""
    return FNC1 + elements.replace(SEPARATOR, FNC1)


@lru_cache(maxsize=1024)
def _bars(value: str) -> tuple[tuple[tuple[int, int], ...], int]:
    """Where each bar starts and how long it is, in modules, and the length of the whole symbol."""
    plain = value.replace(FNC1, "")
    if not plain or not (plain.isascii() and plain.isprintable()):
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
