"""Documents in, one PDF out."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from app.documents.drawing import draw_page
from app.documents.fonts import load, printable
from app.documents.layout import head_of, pages_of
from app.documents.paper import Paper
from app.documents.pen import Pen
from app.documents.values import Document


def render(documents: Sequence[Document], paper: Paper) -> bytes:
    """Each document begins on a page of its own and counts its own pages. Equal input gives equal bytes."""
    if not documents:
        raise ValueError("nothing to print: hand over at least one document")
    load()
    target = BytesIO()
    canvas = Canvas(
        target, pagesize=(paper.width, paper.height), invariant=1, pageCompression=1, lang=documents[0].language
    )
    canvas.setTitle(_title(documents))
    canvas.setAuthor(documents[0].sender.name)
    for document in documents:
        _draw(canvas, document, paper)
    canvas.save()
    return target.getvalue()


def _draw(canvas: Canvas, document: Document, paper: Paper) -> None:
    head = head_of(document, paper)
    pages = pages_of(document, head, paper)
    for page in pages:
        draw_page(Pen(canvas, paper), document, head, page=page, total=len(pages))
        canvas.showPage()


def _title(documents: Sequence[Document]) -> str:
    first = documents[0]
    if len(documents) > 1:
        return f"{first.title}, {len(documents)} documents"
    return printable(f"{first.title} {first.name}{' (copy)' if first.is_copy else ''}")
