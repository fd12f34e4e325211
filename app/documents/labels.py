"""Labels for goods and bins, on a roll or on sheets, with symbols that a scanner reads back as what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from app.documents.barcode import draw_symbol, gs1_symbol, module_in
from app.documents.fonts import REGULAR, STRONG, load
from app.documents.pen import Style
from app.documents.text import clipped
from app.kernel import gs1

MM = 72 / 25.4
THINNEST = 0.19 * MM  # below it office printers and hand scanners disagree
PAD = 6.0


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Where labels stand on a page, in points; ``left`` and ``top`` are its margins."""

    name: str
    page: tuple[float, float]
    label: tuple[float, float]
    columns: int = 1
    rows: int = 1
    left: float = 0.0
    top: float = 0.0
    step: float = 0.0

    @property
    def on_a_page(self) -> int:
        return self.columns * self.rows


SHEETS = {
    "roll": Sheet(name="Roll, 100 × 50 mm", page=(100 * MM, 50 * MM), label=(100 * MM, 50 * MM)),
    "a4": Sheet(
        name="A4 sheet, 24 of 70 × 37 mm",
        page=(210 * MM, 297 * MM),
        label=(70 * MM, 37 * MM),
        columns=3,
        rows=8,
        top=0.5 * MM,
        step=70 * MM,
    ),
    "letter": Sheet(
        name="Letter sheet, 30 of 2⅝ × 1 in",
        page=(612, 792),
        label=(189, 72),
        columns=3,
        rows=10,
        left=13.5,
        top=36,
        step=198,
    ),
}


@dataclass(frozen=True, kw_only=True)
class GoodsLabel:
    """``quantity`` units are meant by it, 0 where it says nothing of that. A number names one unit."""

    sku: str
    name: str
    gtin: str = ""
    lot: str = ""
    expires_on: date | None = None
    serial: str = ""
    quantity: int = 0


@dataclass(frozen=True, kw_only=True)
class BinLabel:
    code: str
    site: str
    zone: str = ""


@dataclass(frozen=True, kw_only=True)
class Symbol:
    """``text`` is what stands in the bars, ``words`` what stands below them."""

    text: str
    words: str


def print_labels(labels: Sequence[GoodsLabel | BinLabel], sheet: Sheet, *, skipped: int = 0) -> bytes:
    """One PDF; the first ``skipped`` places of the first sheet are left empty, as they are used up."""
    load()
    target = BytesIO()
    canvas = Canvas(target, pagesize=sheet.page, invariant=1, pageCompression=1, lang="en-GB")
    canvas.setTitle("Labels")
    places = [*([None] * (skipped % sheet.on_a_page)), *labels]
    for start in range(0, len(places), sheet.on_a_page):
        for place, label in enumerate(places[start : start + sheet.on_a_page]):
            if label is not None:
                _draw(canvas, label, sheet, place)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def symbols(label: GoodsLabel, width: float) -> tuple[Symbol, ...]:
    """One symbol with all of it where that can be read, else one for the item and one for its lot or number."""
    if label.gtin and (label.lot or label.serial):
        said = gs1.Label(gtin=label.gtin, lot=label.lot, expires_on=label.expires_on, serial=label.serial)
        if all(gs1.is_writable(one) for one in (label.lot, label.serial) if one):
            elements = gs1.write(said)
            if module_in(gs1_symbol(elements), width) >= THINNEST:
                return (Symbol(text=gs1_symbol(elements), words=gs1.shown(elements)),)
    codes = [label.gtin or label.sku, label.serial or label.lot]
    return tuple(Symbol(text=code, words=code) for code in codes if _can_be_drawn(code))


def _draw(canvas: Canvas, label: GoodsLabel | BinLabel, sheet: Sheet, place: int) -> None:
    (width, height), (row, column) = sheet.label, divmod(place, sheet.columns)
    canvas.saveState()
    canvas.translate(sheet.left + column * sheet.step, sheet.page[1] - sheet.top - (row + 1) * height)
    if isinstance(label, BinLabel):
        _draw_bin(canvas, label, width, height)
    else:
        _draw_goods(canvas, label, width, height)
    canvas.restoreState()


def _draw_goods(canvas: Canvas, label: GoodsLabel, width: float, height: float) -> None:
    room, size = width - 2 * PAD, 7.0 if height < 90 else 9.0
    count = f"× {label.quantity:,}" if label.quantity else ""
    top = height - PAD - size
    _write(canvas, label.sku, (PAD, top), Style(size, STRONG), room * (0.75 if count else 1))
    canvas.setFont(STRONG, size)
    canvas.drawRightString(width - PAD, top, count)
    top -= size * 1.2
    _write(canvas, label.name, (PAD, top), Style(size * 0.9), room)
    bottom = PAD
    if facts := _facts(label):
        _write(canvas, facts, (PAD, bottom), Style(size * 0.9), room)
        bottom += size * 1.2
    found = symbols(label, room)
    share = (top - bottom - 4) / max(1, len(found))
    for turn, symbol in enumerate(found):
        _draw_symbol(canvas, symbol, (PAD, top - 4 - (turn + 1) * share), (room, share), size * 0.8)


def _draw_bin(canvas: Canvas, label: BinLabel, width: float, height: float) -> None:
    room, size = width - 2 * PAD, height * 0.26
    _write(canvas, label.code, (PAD, height - PAD - size * 0.85), Style(size, STRONG), room)
    zone = f", zone {label.zone}" if label.zone else ""
    _write(canvas, f"{label.site}{zone}", (PAD, PAD), Style(8), room)
    draw_symbol(canvas, label.code, corner=(PAD, PAD + 12), box=(room, height - size - 2 * PAD - 18))


def _draw_symbol(
    canvas: Canvas, symbol: Symbol, corner: tuple[float, float], box: tuple[float, float], size: float
) -> None:
    (left, bottom), (room, height) = corner, box
    draw_symbol(canvas, symbol.text, corner=(left, bottom + size * 1.3), box=(room, height - size * 1.5))
    words = clipped(symbol.words, REGULAR, size, room)
    canvas.setFont(REGULAR, size)
    canvas.drawCentredString(left + room / 2, bottom + size * 0.35, words)


def _write(canvas: Canvas, text: str, at: tuple[float, float], style: Style, room: float) -> None:
    canvas.setFillGray(style.grey)
    canvas.setFont(style.face, style.size)
    canvas.drawString(*at, clipped(text, style.face, style.size, room))


def _facts(label: GoodsLabel) -> str:
    day = label.expires_on
    facts = (
        f"GTIN {label.gtin}" if label.gtin else "",
        f"Lot {label.lot}" if label.lot else "",
        f"No. {label.serial}" if label.serial else "",
        f"Use by {day.day} {day:%b %Y}" if day else "",
    )
    return ", ".join(fact for fact in facts if fact)


def _can_be_drawn(code: str) -> bool:
    return bool(code) and code.isascii() and code.isprintable()
