"""The embedded faces, and text made fit to be drawn with them."""

import unicodedata
from functools import cache, lru_cache
from importlib.metadata import distribution

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "Waybill-Regular"
STRONG = "Waybill-Strong"
MISSING = "▯"

_FACES = {REGULAR: "FiraSans-Regular.ttf", STRONG: "FiraSans-SemiBold.ttf"}

# Flate streams as they are: ASCII-85 on top makes files a quarter larger and serves no reader of today.
rl_config.useA85 = 0


@cache
def load() -> None:
    """Register the faces once per process."""
    wheel = distribution("fontpkg-fira-sans")
    for name, file in _FACES.items():
        path = str(wheel.locate_file(f"fontpkg_fira_sans/files/{file}"))
        pdfmetrics.registerFont(TTFont(name, path, asciiReadable=False))


@cache
def _glyphs() -> frozenset[str]:
    load()
    font = pdfmetrics.getFont(REGULAR)
    assert isinstance(font, TTFont)
    return frozenset(chr(code) for code in font.face.charToGlyph if code >= ord(" "))


def printable(text: str) -> str:
    """One line that the face can draw: no control or direction marks, a base letter or a box for what it lacks."""
    normal = unicodedata.normalize("NFC", text)
    if normal.isascii() and normal.isprintable():
        return normal
    return "".join(_drawable(character) for character in normal)


@lru_cache(maxsize=4096)
def _drawable(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Zs", "Zl", "Zp"}:
        return " "
    if category in {"Cf", "Mn", "Me"}:
        return ""
    if character in _glyphs():
        return character
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base in _glyphs() else MISSING


@lru_cache(maxsize=16384)
def width(text: str, face: str, size: float) -> float:
    """Product names repeat from slip to slip, so most words are measured once."""
    load()
    return float(pdfmetrics.stringWidth(text, face, size))
