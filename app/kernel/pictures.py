"""Photos that somebody uploaded, read strictly and written anew, so that nothing but their pixels is kept."""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from app.kernel.errors import Invalid

FORMATS = ("PNG", "JPEG", "WEBP")
LARGEST_FILE = 12_000_000
MOST_PIXELS = 50_000_000
LARGEST_SIDE = 2_000
KEPT_AS = "image/jpeg"
BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError)


def clean_photo(content: bytes, *, field: str = "photo") -> bytes:
    """A JPEG of at most 2,000 × 2,000 points, upright, without place or camera. Raises Invalid."""
    if len(content) > LARGEST_FILE:
        raise Invalid([(field, f"the photo has {len(content):,} bytes: send one of {LARGEST_FILE:,} at most")])
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            _refuse_huge(picture.size, field)
            return _written_anew(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid([(field, "the photo has more points than can be opened safely: make it smaller")]) from None
    except BROKEN:
        raise Invalid([(field, "this file is no PNG, JPEG or WebP picture: take the photo again")]) from None


def _refuse_huge(size: tuple[int, int], field: str) -> None:
    """The size stands in the file's head: nothing has been unpacked yet."""
    width, height = size
    if width * height > MOST_PIXELS:
        raise Invalid([(field, f"the photo has {width:,} × {height:,} points: make it smaller than 50 million")])


def _written_anew(picture: Image.Image) -> bytes:
    picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))  # a JPEG is unpacked no larger than it is needed
    drawn = ImageOps.exif_transpose(picture).convert("RGB")
    drawn.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    target = BytesIO()
    drawn.save(target, "JPEG", quality=85)
    return target.getvalue()
