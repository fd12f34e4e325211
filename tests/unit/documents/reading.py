"""How the tests read a PDF back: its words, its barcodes, its properties, with libraries that did not write it."""

import pypdfium2
import zxingcpp


def text_of(pdf: bytes) -> list[str]:
    """The text of each page, with line ends as single newlines."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def barcodes_of(pdf: bytes, page: int = 0) -> set[str]:
    """What a scanner reads from a page printed at 300 dots per inch."""
    with pypdfium2.PdfDocument(pdf) as document:
        bitmap = document[page].render(scale=300 / 72).to_pil()
    found = zxingcpp.read_barcodes(bitmap)
    return {code.text for code in found if code.format == zxingcpp.BarcodeFormat.Code128}


def size_of(pdf: bytes) -> tuple[float, float]:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].get_size()
