"""Photos are read strictly and kept as nothing but pixels."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from app.kernel.errors import Invalid
from app.kernel.pictures import LARGEST_FILE, clean_photo


def picture(kind: str, size: tuple[int, int] = (300, 200), **how: object) -> bytes:
    target = BytesIO()
    Image.new("RGB", size, "#336699").save(target, kind, **how)
    return target.getvalue()


def huge_png(side: int) -> bytes:
    """The head of a picture of so many points on each side, and next to nothing behind it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_photo_is_kept_as_a_jpeg(kind: str) -> None:
    with Image.open(BytesIO(clean_photo(picture(kind)))) as kept:
        assert (kept.format, kept.size) == ("JPEG", (300, 200))


def test_a_large_photo_is_made_smaller() -> None:
    with Image.open(BytesIO(clean_photo(picture("JPEG", (4000, 3000))))) as kept:
        assert kept.size == (2000, 1500)


def test_where_and_with_what_it_was_taken_is_not_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Some Camera"

    with Image.open(BytesIO(clean_photo(picture("JPEG", exif=exif)))) as kept:
        assert dict(kept.getexif()) == {}


@pytest.mark.parametrize("side", [60_000, 9_000])
def test_a_picture_with_too_many_points_is_refused_before_it_is_unpacked(side: int) -> None:
    with pytest.raises(Invalid, match="points"):
        clean_photo(huge_png(side))


@pytest.mark.parametrize(
    "content", [b"", b"hello", picture("GIF"), picture("BMP"), b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="no PNG, JPEG or WebP"):
        clean_photo(content)


def test_a_photo_that_is_cut_off_is_refused() -> None:
    with pytest.raises(Invalid, match="no PNG, JPEG or WebP"):
        clean_photo(picture("PNG", (800, 800))[:300])


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(Invalid, match="bytes"):
        clean_photo(b"x" * (LARGEST_FILE + 1))
