"""A picture that somebody uploaded, read strictly and written anew, so that nothing but its pixels is kept."""

from io import BytesIO

from PIL import Image, UnidentifiedImageError

from app.kernel.errors import DomainError, Invalid

FORMATS = ("PNG", "JPEG")
MOST_PIXELS = 25_000_000
LARGEST = (480, 160)


class NotALogo(DomainError):
    """Neither PNG nor JPEG, whatever its name says; the web answers 415."""


def clean_logo(content: bytes) -> bytes:
    """A PNG small enough for paper. Raises NotALogo, or Invalid for a picture too large to be opened safely."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            _refuse_huge(picture.size)
            return _small_png(picture)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise NotALogo(
            "this file is no PNG or JPEG picture: save the logo as one of these and send it again"
        ) from error


def _refuse_huge(size: tuple[int, int]) -> None:
    """The size stands in the file's head: nothing has been unpacked yet."""
    width, height = size
    if width * height > MOST_PIXELS:
        raise Invalid([("logo", f"the picture has {width:,} × {height:,} points: make it smaller than 5,000 × 5,000")])


def _small_png(picture: Image.Image) -> bytes:
    drawn = picture.convert("RGBA" if "transparency" in picture.info or picture.mode in {"RGBA", "LA"} else "RGB")
    drawn.thumbnail(LARGEST)
    target = BytesIO()
    drawn.save(target, "PNG", optimize=True)
    return target.getvalue()
