"""The pick station: where the picker is sent, and scans of bins, lots, carton labels and numbers."""

from datetime import date

import pytest
from sqlalchemy import text

from app.inventory import serials
from app.inventory.serials import Numbered
from app.kernel.actor import SYSTEM
from tests.factories.floor import released
from tests.factories.shelves import lay, lying, make_bins, make_lot
from tests.web.conftest import htmx


@pytest.fixture
def bins(session, house):
    made = make_bins(session, house, "CMH1", "A-1", "A-2")
    lay(session, house, "TEA-3", "CMH1", 2, bin_id=made["A-1"])
    lay(session, house, "TEA-3", "CMH1", 9, bin_id=made["A-2"])
    session.commit()
    return made


@pytest.fixture
def one(session, bins):
    made = released(session, ("TEA-3", 5))
    session.commit()
    return made


def url(one, part=""):
    return f"/warehouse/picks/{one.pick_list_id}{part}"


def line(one):
    return one.lines[0].id


def send(walter, one, **data):
    return walter.post(url(one, "/units"), data={"line": line(one), **data}, headers=htmx())


def test_each_bin_is_a_stop_of_its_own(one, walter):
    page = walter.get(url(one)).text

    assert '<div class="wb-bin">A-1</div>' in page
    assert "<b>2</b>" in page
    assert f"at={line(one)}&amp;turn=1" in page
    assert '<div class="wb-bin">A-2</div>' in walter.get(url(one, f"?at={line(one)}&turn=1")).text


def test_the_button_takes_from_the_bin_that_is_shown(session, one, walter):
    send(walter, one, quantity="3", bin="A-2", lot="")

    assert lying(session, "TEA-3", "CMH1") == {("A-1", "", "good"): 2, ("A-2", "", "good"): 6, ("", "", "good"): 3}


def test_a_bin_that_is_scanned_is_where_the_next_units_come_from(session, one, walter):
    chosen = walter.post(url(one, "/units"), data={"line": line(one), "code": "a-2"})
    page = walter.get(chosen.location).text
    send(walter, one, code="TEA-3", bin="A-2")

    assert chosen.status_code == 303
    assert "bin=A-2" in chosen.location
    assert "as you chose" in page
    assert lying(session, "TEA-3", "CMH1")["A-2", "", "good"] == 8


def test_a_bin_of_another_kind_is_refused_and_nothing_is_counted(session, house, one, walter):
    make_bins(session, house, "CMH1", "Q-1", kind="quarantine")
    session.commit()

    answer = send(walter, one, code="TEA-3", bin="Q-1")

    assert answer.status_code == 422
    assert 'id="station"' in answer.text
    assert "0 of 1 may be taken from Q-1" in answer.text
    assert lying(session, "TEA-3", "CMH1")["A-1", "", "good"] == 2


def test_a_carton_label_names_the_item_and_the_lot(session, house, one, walter):
    session.execute(text("UPDATE skus SET gtin = '4006381333931' WHERE code = 'TEA-3'"))
    lot = make_lot(session, house, "TEA-3", "B7", expires_on=date(2031, 5, 1))
    lay(session, house, "TEA-3", "CMH1", 4, lot_id=lot)
    session.commit()

    answer = send(walter, one, code="01040063813339311731050110B7\x1d")

    assert answer.status_code == 200
    assert session.execute(text("SELECT lot_id FROM held_picks")).scalar_one() == lot


def test_a_label_that_contradicts_the_books_is_refused(session, house, one, walter):
    session.execute(text("UPDATE skus SET gtin = '4006381333931' WHERE code = 'TEA-3'"))
    lot = make_lot(session, house, "TEA-3", "B7", expires_on=date(2031, 5, 1))
    lay(session, house, "TEA-3", "CMH1", 4, lot_id=lot)
    session.commit()

    answer = send(walter, one, code="(01)04006381333931(17)310601(10)B7")

    assert answer.status_code == 422
    assert "our books say 2031-05-01" in answer.text


def test_numbers_are_scanned_one_by_one_and_put_back_by_name(session, house, walter):
    session.execute(text("UPDATE skus SET tracking = 'serial' WHERE code = 'TEA-4'"))
    units = [Numbered(sku_id=house.skus["TEA-4"], site_id=house.sites["CMH1"], code=code) for code in ("N-1", "N-2")]
    serials.register(session, units, actor=SYSTEM)
    one = released(session, ("TEA-4", 2))
    session.commit()

    bare = send(walter, one, code="TEA-4")
    picked = [send(walter, one, code=code).status_code for code in ("N-1", "N-2", "N-1")]
    page = walter.get(url(one)).text
    walter.post(url(one, "/returns"), data={"line": line(one), "serial": "N-1", "quantity": "1"})

    assert "known by serial number" in bare.text
    assert picked[:2] == [200, 200]
    assert picked[2] == 422
    assert "Put N-2 back" in page
    states = session.execute(text("SELECT code, state FROM serials ORDER BY code")).all()
    assert [tuple(row) for row in states] == [("N-1", "in_stock"), ("N-2", "picked")]


@pytest.mark.parametrize("query", ["at=x", "at=1&turn=-1", "turn=zzz", "bin=%00", "bin=" + "x" * 500, "lot=%F0%9F"])
def test_odd_addresses_are_no_trouble(one, walter, query):
    assert walter.get(url(one, f"?{query}")).status_code in {200, 400, 422}


def test_a_wrong_scan_does_not_call_the_suggestion_a_choice(one, walter):
    page = send(walter, one, code="NOPE", bin="A-1", lot="", turn="0")

    assert page.status_code == 422
    assert "as you chose" not in page.text


def test_a_supplier_s_lot_on_a_label_means_nothing_for_goods_without_lots(session, one, walter):
    session.execute(text("UPDATE skus SET gtin = '4006381333931' WHERE code = 'TEA-3'"))
    session.commit()

    assert 'data-state="ok"' in send(walter, one, code="(01)04006381333931(10)THEIRS").text
