"""Labels: what a scanner reads from the paper is what the books say, read by the same reader as at the dock."""

from datetime import date

import pypdfium2
import pytest
import zxingcpp

from app.documents.labels import SHEETS, BinLabel, GoodsLabel, print_labels
from app.kernel import gs1
from tests.unit.documents.reading import text_of

TODAY = date(2026, 11, 24)
GTIN = "4006381333931"
LOT = {"lot": "L-0042", "expires_on": date(2027, 5, 31)}
TEA = GoodsLabel(sku="TEA-1", name="Green tea, 100 g", gtin=GTIN, quantity=24, **LOT)


def scanned(pdf: bytes, page: int = 0) -> list[str]:
    """As a keyboard-wedge scanner types it: without the name of the symbology."""
    with pypdfium2.PdfDocument(pdf) as document:
        bitmap = document[page].render(scale=300 / 72).to_pil()
    return [code.bytes.decode().replace("\x1d", gs1.SEPARATOR) for code in zxingcpp.read_barcodes(bitmap)]


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_one_scan_tells_item_lot_and_day(sheet):
    [read] = scanned(print_labels([TEA], sheet))

    assert gs1.read(read, today=TODAY) == gs1.Label(gtin=f"0{GTIN}", lot="L-0042", expires_on=date(2027, 5, 31))


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_the_number_of_a_unit_comes_back(sheet):
    [read] = scanned(print_labels([GoodsLabel(sku="CAM-1", name="Camera", gtin=GTIN, serial="SN/2026-001")], sheet))

    assert gs1.read(read, today=TODAY) == gs1.Label(gtin=f"0{GTIN}", serial="SN/2026-001")


def test_what_is_too_long_for_one_symbol_gets_two():
    label = GoodsLabel(sku="TEA-1", name="Tea", gtin=GTIN, lot="LOT-ABCDEFGHIJKLMNOP", expires_on=TODAY)

    assert sorted(scanned(print_labels([label], SHEETS["a4"]))) == sorted([GTIN, "LOT-ABCDEFGHIJKLMNOP"])


@pytest.mark.parametrize(
    ("label", "codes"),
    [
        (GoodsLabel(sku="TEA-1", name="Tea"), ["TEA-1"]),
        (GoodsLabel(sku="TEA-1", name="Tea", gtin=GTIN), [GTIN]),
        (GoodsLabel(sku="TEA-1", name="Tea", lot="L-1"), ["L-1", "TEA-1"]),
        (GoodsLabel(sku="TEA-1", name="Tea", lot="Ł 1"), ["TEA-1"]),
        (GoodsLabel(sku="TEA-1", name="Tea", gtin=GTIN, lot="L 1"), [GTIN, "L 1"]),
    ],
)
def test_without_a_gtin_or_a_writable_lot_the_codes_stand_alone(label, codes):
    assert sorted(scanned(print_labels([label], SHEETS["roll"]))) == sorted(codes)


def test_people_read_the_same(tmp_path):
    [said] = text_of(print_labels([TEA], SHEETS["roll"]))

    for words in ("TEA-1", "Green tea", "Lot L-0042", "31 May 2027", "× 24", f"(01)0{GTIN}"):
        assert words in said


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_bin_has_its_code(sheet):
    assert scanned(print_labels([BinLabel(code="A-01-02", site="CMH1", zone="A")], sheet)) == ["A-01-02"]


def test_a_sheet_is_filled_from_the_first_free_place():
    labels = [GoodsLabel(sku=f"S{number:03}", name="x") for number in range(24)]

    pages = text_of(print_labels(labels, SHEETS["a4"], skipped=3))

    assert len(pages) == 2
    assert "S020" in pages[0]
    assert "S021" in pages[1]
    assert len(scanned(print_labels(labels, SHEETS["a4"], skipped=3))) == 21


@pytest.mark.parametrize("label", [gs1.Label(gtin="123", lot="x" * 21), gs1.Label(gtin="x"), gs1.Label(lot="Ł")])
def test_what_no_label_can_carry_is_not_written(label):
    with pytest.raises(ValueError, match="can carry"):
        gs1.write(label)
