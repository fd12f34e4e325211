"""What a customer and a packer find on a packing slip."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from app.documents.paper import A4, LABEL, PAPERS, Paper
from app.documents.slip import Slip, SlipLine, packing_slips
from app.documents.values import Sender
from tests.unit.documents.reading import barcodes_of, size_of, text_of

SLIP = Slip(
    sender=Sender(name="Northwold Outfitters", address="Mill Lane 4\nNorwich NR1 1AA"),
    order_number="100001",
    part=2,
    ordered_on=date(2026, 11, 24),
    site="Leipzig",
    ship_to=("José Müller-Ångström", "ulica Długa 12", "90-001 Łódź", "Poland"),
    lines=(
        SlipLine(sku="STOVE-TI-01", name="Titanium gas stove", quantity=3, ordered=5, later=2),
        SlipLine(sku="LAMP-RED", name="Storm lantern", quantity=1, ordered=1),
    ),
    to_come=2,
)
ALL_PAPERS = pytest.mark.parametrize("paper", [A4, LABEL], ids=["a4", "4x6"])


def packing_slip(slip: Slip, paper: Paper) -> bytes:
    return packing_slips([slip], paper)


def lines_of(count: int) -> tuple[SlipLine, ...]:
    return tuple(SlipLine(sku=f"SKU-{n:04}", name=f"Article {n}", quantity=2, ordered=2) for n in range(count))


@ALL_PAPERS
def test_the_slip_names_sender_receiver_and_goods(paper):
    page = text_of(packing_slip(SLIP, paper))[0]

    for words in ("Northwold Outfitters", "Mill Lane 4", "Titanium gas stove", "STOVE-TI-01", "Leipzig", "Page 1 of 1"):
        assert words in page
    assert "Units in all: 4 units" in page
    assert "2 more to come" in page


@ALL_PAPERS
@pytest.mark.parametrize(
    "name", ["José Müller-Ångström", "Łódź", "Ελένη Παπαδοπούλου", "Борис Ёлкин", "Nguyễn Thị Hiền"]
)
def test_names_keep_their_accents(paper, name):
    page = text_of(packing_slip(replace(SLIP, ship_to=(name,)), paper))[0]

    assert name in " ".join(page.split())


@ALL_PAPERS
def test_a_scanner_reads_the_order_and_its_part(paper):
    assert barcodes_of(packing_slip(SLIP, paper)) == {"100001", "100001-2"}


@ALL_PAPERS
@pytest.mark.parametrize("number", ["1", "W-104867", "US-2016-150119", "SO/2026/000000123456"])
def test_a_scanner_reads_order_numbers_of_every_length(paper, number):
    assert number in barcodes_of(packing_slip(replace(SLIP, order_number=number), paper))


@pytest.mark.parametrize(
    "hostile",
    [
        '<img src="/etc/passwd">',
        '<font color="[[[1].__class__]]">x</font>',
        "<b>unclosed",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "(paren) \\ %s &amp; &",
    ],
)
def test_markup_is_printed_letter_by_letter(hostile):
    slip = replace(SLIP, ship_to=(hostile,), lines=(SlipLine(sku="A-1", name=hostile, quantity=1, ordered=1),))

    page = "".join(text_of(packing_slip(slip, A4))[0].split())

    assert page.count("".join(hostile.split())) == 2


@pytest.mark.parametrize(
    ("raw", "shown"), [("a\x00b\tc\nd", "a b c d"), ("a\u202eb\u200bc", "abc"), ("\ud800x", "▯x"), ("日本", "▯▯")]
)
def test_what_cannot_be_drawn_becomes_a_space_or_a_box(raw, shown):
    page = text_of(packing_slip(replace(SLIP, ship_to=(raw,)), A4))[0]

    assert shown in page


@ALL_PAPERS
def test_long_names_wrap_and_nothing_leaves_the_paper(paper):
    long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenfabrikant " * 2
    slip = replace(SLIP, ship_to=(long.strip(),), lines=(SlipLine(sku="S" * 60, name=long, quantity=1, ordered=1),))

    page = text_of(packing_slip(slip, paper))[0]

    assert "".join(long.split()) in "".join(page.split())
    assert "S" * 60 in "".join(page.split())


@ALL_PAPERS
def test_many_lines_go_over_pages_that_carry_the_sum(paper):
    pages = text_of(packing_slip(replace(SLIP, lines=lines_of(90)), paper))

    total = len(pages)
    assert total > 2
    assert [f"Page {n} of {total}" in page for n, page in enumerate(pages, 1)] == [True] * total
    assert "".join(pages).count("Article") == 90
    assert "Units in all: 180 units" in pages[-1]
    carried = [re.search(r"Carried over: (\d+) units", page).group(1) for page in pages[:-1]]
    forward = [re.search(r"Brought forward: (\d+) units", page).group(1) for page in pages[1:]]
    assert carried == forward


@ALL_PAPERS
def test_every_page_carries_the_barcode_of_its_order(paper):
    pdf = packing_slip(replace(SLIP, lines=lines_of(60)), paper)

    assert "100001" in barcodes_of(pdf, page=1)


def test_a_reprint_says_that_it_is_a_copy():
    assert "COPY" not in text_of(packing_slip(SLIP, A4))[0]
    assert "COPY" in text_of(packing_slip(replace(SLIP, is_copy=True), A4))[0]


def test_a_slip_without_lines_is_still_a_page():
    assert "Page 1 of 1" in text_of(packing_slip(replace(SLIP, lines=()), A4))[0]


def test_bulk_printing_starts_each_order_on_a_page_of_its_own():
    slips = [replace(SLIP, order_number=str(number)) for number in (100001, 100002, 100003)]

    pages = text_of(packing_slips(slips, A4))

    assert [page.count("Page 1 of 1") for page in pages] == [1, 1, 1]
    assert ["100003" in page for page in pages] == [False, False, True]


def test_printing_nothing_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="at least one"):
        packing_slips([], A4)


@pytest.mark.parametrize(("name", "size"), [("a4", (595, 842)), ("letter", (612, 792)), ("4x6", (288, 432))])
def test_papers_have_the_size_of_their_name(name, size):
    width, height = size_of(packing_slip(SLIP, PAPERS[name]))

    assert (round(width), round(height)) == size


def test_equal_slips_give_equal_bytes():
    assert packing_slip(SLIP, A4) == packing_slip(SLIP, A4)


def test_the_file_says_its_title_and_language():
    pdf = packing_slip(SLIP, A4)

    assert b"/Lang (en-GB)" in pdf
    assert b"Packing slip Order 100001" in pdf


def test_faces_are_embedded():
    pdf = packing_slip(SLIP, A4)

    assert b"/FontFile2" in pdf
    assert b"FiraSans" in pdf


def test_the_logo_is_drawn():
    logo = BytesIO()
    Image.new("RGB", (60, 20), (200, 0, 0)).save(logo, "PNG")

    pdf = packing_slip(replace(SLIP, sender=replace(SLIP.sender, logo=logo.getvalue())), A4)

    assert b"/Subtype /Image" in pdf
    assert barcodes_of(pdf) == {"100001", "100001-2"}
