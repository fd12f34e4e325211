"""What a picker finds on a printed pick list."""

import pytest

from app.documents.paper import A4, LABEL
from app.documents.pick_list import PickList, PickRow, PickShare, pick_list
from app.documents.values import Sender
from tests.unit.documents.reading import barcodes_of, text_of

LIST = PickList(
    sender=Sender(name="Northwold Outfitters"),
    id=12,
    site="Leipzig",
    made="24 November 2026, 14:20",
    orders=2,
    rows=(
        PickRow(
            sku="STOVE-TI-01",
            name="Titanium gas stove",
            bin="A-03-2",
            shares=(PickShare(code="100001-1", quantity=2), PickShare(code="100002-1", quantity=5)),
        ),
        PickRow(sku="LAMP-RED", name="Storm lantern", bin="", shares=(PickShare(code="100002-1", quantity=1),)),
    ),
)


@pytest.mark.parametrize("paper", [A4, LABEL], ids=["a4", "4x6"])
def test_each_sku_stands_once_with_the_orders_that_share_it(paper):
    page = text_of(pick_list(LIST, paper))[0]

    assert page.count("STOVE-TI-01") == 1
    assert "A-03-2" in page
    assert "2×100001-1" in page
    assert "5×100002-1" in page
    assert "\n7\n" in page or " 7" in page
    assert "Units in all: 8 units" in page


@pytest.mark.parametrize("paper", [A4, LABEL], ids=["a4", "4x6"])
def test_a_scanner_reads_the_pick_list(paper):
    assert barcodes_of(pick_list(LIST, paper)) == {"PL-12"}
