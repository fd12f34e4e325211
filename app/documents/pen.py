"""A canvas with its paper, and the few strokes that all documents are drawn with."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from app.documents.fonts import REGULAR, STRONG
from app.documents.paper import Paper

INK, QUIET, HAIR = 0.0, 0.32, 0.72


@dataclass(frozen=True)
class Style:
    size: float
    face: str = REGULAR
    grey: float = INK


class Pen:
    """``y`` is the height at which the next block begins."""

    def __init__(self, canvas: Canvas, paper: Paper) -> None:
        self.canvas, self.paper = canvas, paper
        self.left, self.right = paper.margin, paper.width - paper.margin
        self.y = paper.height - paper.margin
        self.plain = Style(paper.size)
        self.strong = Style(paper.size, STRONG)
        self.quiet = Style(paper.small, grey=QUIET)

    def write(self, text: str, x: float, y: float, style: Style, *, right: bool = False) -> None:
        """The text is taken letter by letter: no markup is ever read from it."""
        self.canvas.setFillGray(style.grey)
        self.canvas.setFont(style.face, style.size)
        if right:
            self.canvas.drawRightString(x, y, text)
        else:
            self.canvas.drawString(x, y, text)

    def rule(self, y: float, *, grey: float = HAIR, weight: float = 0.6) -> None:
        self.canvas.setStrokeGray(grey)
        self.canvas.setLineWidth(weight)
        self.canvas.line(self.left, y, self.right, y)


@lru_cache(maxsize=8)
def image(content: bytes) -> ImageReader:
    """A logo is decoded once, not once per slip."""
    return ImageReader(BytesIO(content))
