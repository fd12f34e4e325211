"""The pages as ink: head, ruled facts, table, foot."""

from app.documents.barcode import draw_barcode
from app.documents.fonts import REGULAR, STRONG
from app.documents.layout import Head, Page, column_edges, foot, running_head
from app.documents.pen import HAIR, INK, Pen, Style, image
from app.documents.text import clipped
from app.documents.values import Document


def draw_page(pen: Pen, document: Document, head: Head, *, page: Page, total: int) -> None:
    if document.is_copy:
        _draw_copy_mark(pen)
    if page.number == 1:
        _draw_head(pen, document, head)
    else:
        _draw_running_head(pen, document, page)
    _draw_table(pen, document, page)
    _draw_foot(pen, document, page, total)


def _draw_head(pen: Pen, document: Document, head: Head) -> None:
    top = pen.y
    _draw_sender(pen, document, head)
    _draw_code(pen, document.code, document.name, top)
    pen.y = top - head.sender_height(pen.paper)
    _draw_title(pen, document)
    _draw_facts(pen, head)
    _draw_address(pen, document, head)
    _draw_note(pen, head)


def _draw_sender(pen: Pen, document: Document, head: Head) -> None:
    paper, y = pen.paper, pen.y
    if document.sender.logo is not None:
        y -= paper.logo[1]
        picture = image(document.sender.logo)
        pen.canvas.drawImage(picture, pen.left, y, *paper.logo, preserveAspectRatio=True, anchor="sw", mask="auto")
        y -= 6
    y -= paper.lead
    style = Style(paper.size * 1.2, STRONG)
    pen.write(clipped(document.sender.name, style.face, style.size, paper.room * 0.52), pen.left, y, style)
    for line in head.sender:
        y -= paper.lead
        pen.write(line, pen.left, y, pen.quiet)


def _draw_code(pen: Pen, code: str, name: str, top: float) -> None:
    paper = pen.paper
    draw_barcode(pen.canvas, code, right=pen.right, top=top, paper=paper)
    label = clipped(name, STRONG, paper.size, paper.room * 0.45)
    pen.write(label, pen.right, top - paper.barcode - paper.lead, pen.strong, right=True)


def _draw_title(pen: Pen, document: Document) -> None:
    style = Style(pen.paper.size * 1.9, STRONG)
    title = f"{document.title} (copy)" if document.is_copy else document.title
    pen.write(title, pen.left, pen.y - style.size, style)
    pen.y -= 2.2 * pen.paper.lead


def _draw_facts(pen: Pen, head: Head) -> None:
    paper, top, height = pen.paper, pen.y, head.facts_height(pen.paper)
    share = paper.room / len(head.facts)
    pen.canvas.setStrokeGray(HAIR)
    pen.canvas.setLineWidth(0.6)
    for index, (name, lines) in enumerate(head.facts):
        x = pen.left + index * share
        pen.canvas.rect(x, top - height, share, height, stroke=1, fill=0)
        pen.write(name, x + 4, top - paper.lead, pen.quiet)
        for number, line in enumerate(lines, 2):
            pen.write(line, x + 4, top - number * paper.lead, pen.strong)
    pen.y = top - height


def _draw_address(pen: Pen, document: Document, head: Head) -> None:
    paper, top = pen.paper, pen.y - 4
    y = top - paper.lead
    if head.address:
        pen.write(document.address_label, pen.left, y, pen.quiet)
    for index, line in enumerate(head.address):
        y -= paper.lead
        pen.write(line, pen.left, y, Style(paper.size * 1.1, STRONG if index == 0 else REGULAR))
    if document.part is not None:
        _draw_code(pen, document.part[0], document.part[1], top - 4)
    pen.y = top - head.address_height(paper) + 4


def _draw_note(pen: Pen, head: Head) -> None:
    for line in head.note:
        pen.y -= pen.paper.lead
        pen.write(line, pen.left, pen.y, pen.plain)
    pen.y -= head.note_height(pen.paper) - len(head.note) * pen.paper.lead


def _draw_running_head(pen: Pen, document: Document, page: Page) -> None:
    paper = pen.paper
    pen.write(f"{document.title}, continued", pen.left, pen.y - paper.lead, Style(paper.size * 1.2, STRONG))
    name = clipped(document.sender.name, REGULAR, paper.small, paper.room * 0.5)
    pen.write(name, pen.left, pen.y - 2.2 * paper.lead, pen.quiet)
    _draw_code(pen, document.code, document.name, pen.y)
    pen.y -= running_head(paper) + paper.lead
    pen.write(f"Brought forward: {_units(page.brought_forward)}", pen.left, pen.y + 3, pen.quiet)


def _draw_table(pen: Pen, document: Document, page: Page) -> None:
    paper, edges = pen.paper, column_edges(document.columns, pen.paper)
    pen.rule(pen.y, grey=INK, weight=1)
    for column, (left, right) in zip(document.columns, edges, strict=True):
        _draw_cell(pen, column.title, (left, right, column.align), pen.y - 1.1 * paper.lead, pen.plain)
    pen.y -= 1.6 * paper.lead
    for row in page.rows:
        pen.rule(pen.y)
        for column, (left, right), lines in zip(document.columns, edges, row.cells, strict=True):
            for number, (text, face) in enumerate(lines, 1):
                place, style = (left, right, column.align), pen.strong if face == STRONG else pen.plain
                _draw_cell(pen, text, place, pen.y - number * paper.lead, style)
        pen.y -= row.height(paper)
    pen.rule(pen.y, grey=INK, weight=1)


def _draw_cell(pen: Pen, text: str, place: tuple[float, float, str], y: float, style: Style) -> None:
    left, right, align = place
    if align == "right":
        pen.write(text, right - 4, y, style, right=True)
    else:
        pen.write(text, left + 4, y, style)


def _draw_foot(pen: Pen, document: Document, page: Page, total: int) -> None:
    paper, y = pen.paper, pen.paper.margin + foot(pen.paper) - pen.paper.lead
    last = page.number == total
    words = "Units in all" if last else "Carried over"
    pen.write(f"{words}: {_units(page.carried_over)}", pen.left, y, pen.strong)
    pen.write(f"Page {page.number} of {total}", pen.right, y, pen.plain, right=True)
    if last and document.closing:
        closing = clipped(document.closing, REGULAR, paper.small, paper.room)
        pen.write(closing, pen.left, y - paper.lead, pen.quiet)


def _draw_copy_mark(pen: Pen) -> None:
    canvas, paper = pen.canvas, pen.paper
    canvas.saveState()
    canvas.setFillGray(0.9)
    canvas.translate(paper.width / 2, paper.height / 2)
    canvas.rotate(52)
    canvas.setFont(STRONG, paper.width / 3.2)
    canvas.drawCentredString(0, -paper.width / 9, "COPY")
    canvas.restoreState()


def _units(count: int) -> str:
    return f"{count:,} unit" if count == 1 else f"{count:,} units"
