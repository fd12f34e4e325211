"""A carton's label, or a lot's own code, scanned where goods are put away, sent away, taken in and looked up."""

from datetime import date

import pytest
from sqlalchemy import text

from app.inventory import lots
from app.kernel.actor import SYSTEM
from tests.factories.floor import released
from tests.factories.shelves import lay, make_bins, make_lot
from tests.factories.transfers import drafted, number_of, sent
from tests.web.conftest import htmx

GTIN, OTHER, PLAIN, STRANGE = "04006381333931", "04006381333948", "04006381333955", "09780201379624"
PUT_AWAY = "/warehouse/put-away/CMH1"
DAY = date(2031, 6, 30)


@pytest.fixture
def cartons(session, house):
    """L1 and L2 of TEA-5 wait on the dock at CMH1; L9 of it lies in Reno; F1 is frozen; TEA-4 has a lot L2 too."""
    made = {code: make_lot(session, house, "TEA-5", code, expires_on=DAY) for code in ("L1", "L2", "L9", "F1")}
    made["other"] = make_lot(session, house, "TEA-4", "L2")
    for sku, gtin, tracking in (("TEA-5", GTIN, "lot"), ("TEA-4", OTHER, "lot"), ("TEA-2", PLAIN, "none")):
        values = {"sku": sku, "gtin": gtin[1:], "tracking": tracking}
        session.execute(text("UPDATE skus SET tracking = :tracking, gtin = :gtin WHERE code = :sku"), values)
    for code, site in (("L1", "CMH1"), ("L2", "CMH1"), ("L9", "RNO1"), ("F1", "CMH1")):
        lay(session, house, "TEA-5", site, 2, lot_id=made[code])
    lots.freeze(session, [made["F1"]], reason="recall", actor=SYSTEM)
    make_bins(session, house, "CMH1", "A-01")
    session.commit()
    return made


REFUSED = {
    f"(01){GTIN}(10)L9": "lot L9 of TEA-5 does not lie at CMH1 by our books: set it aside and report it",
    "L9": "lot L9 of TEA-5 does not lie at CMH1",
    f"(01){GTIN}(10)F1": "lot F1 of TEA-5 is frozen",
    f"(01){OTHER}(10)L1": "this label is of TEA-4, which has no lot L1: TEA-5 has one",
    f"(01){GTIN}(10)NOPE": "TEA-5 has no lot “NOPE” in our books",
    f"(01){STRANGE}(10)L1": f"GTIN {STRANGE} on this label is none of our items",
    f"(01){GTIN}(17)310629(10)L2": "the label says 2031-06-29, our books say 2031-06-30",
    f"(01){GTIN}(17)311399": "which is no date",
    "(10)NOPE": "none of our items has a lot “NOPE”",
    "(17)310630": "this label does not say which item it is",
    "F00\U0001f375": "is not one of our items",
}


def test_a_label_names_the_lot_that_is_put_away(cartons, walter):
    scanned = (f"(01){GTIN}(17)310630(10)L2", f"]C101{GTIN}17310630\x1d10L2", "(10)L2", "l2")

    answers = [walter.post(f"{PUT_AWAY}/items", data={"code": code}) for code in scanned]

    assert {answer.location for answer in answers} == {f"{PUT_AWAY}?sku=TEA-5&lot=L2"}


def test_what_may_not_be_put_away_is_said_at_the_field(cartons, walter):
    said = {scanned: walter.post(f"{PUT_AWAY}/items", data={"code": scanned}, headers=htmx()) for scanned in REFUSED}

    wrong = {code: why for code, why in REFUSED.items() if "not one of our" not in why and why not in said[code].text}
    assert not wrong
    assert {answer.status_code for answer in said.values()} == {422}
    assert "set it aside under Quarantine" in said[f"(01){GTIN}(10)F1"].text


def test_units_of_a_frozen_lot_that_are_set_aside_find_their_bin(session, house, cartons, walter):
    lay(session, house, "TEA-5", "CMH1", 1, lot_id=cartons["F1"], condition="quarantine")
    session.commit()

    assert walter.post(f"{PUT_AWAY}/items", data={"code": "F1"}).location.endswith("&condition=quarantine")


def test_goods_scanned_where_a_bin_is_asked_for_are_told_from_others(cartons, walter):
    hand = {"sku": "TEA-5", "lot": "L1", "quantity": 2}

    right = walter.post(f"{PUT_AWAY}/carries", data={**hand, "code": f"(01){GTIN}(10)L1"}, headers=htmx())
    wrong = walter.post(f"{PUT_AWAY}/carries", data={**hand, "code": f"(01){GTIN}(10)L2"}, headers=htmx())

    assert "lot L1 of TEA-5 is in your hand already: now scan the bin" in right.text
    assert "this is lot L2 of TEA-5, not lot L1 of TEA-5" in wrong.text


def test_a_label_names_the_lot_that_is_taken_from_a_bin(session, house, cartons, walter):
    bins = make_bins(session, house, "CMH1", "B-L1", "B-L2")
    for code in ("L1", "L2"):
        lay(session, house, "TEA-5", "CMH1", 1, lot_id=cartons[code], bin_id=bins[f"B-{code}"])
    session.commit()

    found = walter.post("/warehouse/moves/CMH1/items", data={"code": f"(01){GTIN}(10)L2", "from_bin": "B-L2"})
    missing = walter.post("/warehouse/moves/CMH1/items", data={"code": "L1", "from_bin": "B-L2"}, headers=htmx())

    assert found.location.endswith("bin=B-L2&sku=TEA-5&lot=L2")
    assert "nothing of “lot L1 of TEA-5” lies in B-L2" in missing.text


def test_a_label_puts_its_lot_on_a_draft(session, cartons, walter):
    draft = drafted(session, ("TEA-1", 1))
    session.commit()
    url = f"/warehouse/transfers/{number_of(session, draft)}/goods"

    added = walter.post(url, data={"code": f"(01){GTIN}(17)310630(10)L2"}, headers=htmx())
    said = {scanned: walter.post(url, data={"code": scanned}, headers=htmx()) for scanned in REFUSED}

    assert "1 × TEA-5, lot L2, added" in added.text
    assert not {code: why for code, why in REFUSED.items() if why not in said[code].text}
    assert {answer.status_code for answer in said.values()} == {422}
    lines = session.execute(text("SELECT lot_id, asked FROM transfer_lines WHERE lot_id IS NOT NULL")).all()
    assert [tuple(line) for line in lines] == [(cartons["L2"], 1)]


def test_a_label_says_which_lot_arrived(session, cartons, wendy):
    away = sent(session, ("TEA-5", 2), lot="L2")
    session.commit()
    url = f"/warehouse/transfers/{number_of(session, away)}/arrivals"

    right = wendy.post(url, data={"code": f"(01){GTIN}(10)L2"}, headers=htmx())
    wrong = wendy.post(url, data={"code": f"(01){GTIN}(10)L9"}, headers=htmx())

    assert "1 × TEA-5, lot L2, arrived" in right.text
    assert f"lot L9: nothing of that lot is on its way on {number_of(session, away)}" in wrong.text


def test_a_lot_of_nothing_that_is_asked_for_is_no_place_to_pick_from(session, cartons, walter):
    one = released(session, ("TEA-1", 1))
    session.commit()
    data = {"line": one.lines[0].id, "code": "(10)L2"}

    answer = walter.post(f"/warehouse/picks/{one.pick_list_id}/units", data=data)

    assert answer.status_code == 422
    assert "nothing that is asked for here has a lot “L2”" in answer.text


def test_a_supplier_s_lot_means_nothing_for_goods_without_lots(cartons, walter):
    answer = walter.post(f"{PUT_AWAY}/items", data={"code": f"(01){PLAIN}(10)LOT-OF-THEIRS"})

    assert answer.location == f"{PUT_AWAY}?sku=TEA-2"


def test_a_label_is_looked_up_by_what_it_says(cartons, walter):
    lot = walter.get("/warehouse/look-up/", query_string={"code": f"]C101{GTIN}10L2"}).text

    assert "L2" in lot
    assert "L1" not in lot.partition("Where it lies")[2]
    assert "TEA-4" not in lot
    wrong = walter.get("/warehouse/look-up/", query_string={"code": f"(01){GTIN}(17)311399"})
    assert (wrong.status_code, "The label says it expires on 311399, which is no date" in wrong.text) == (200, True)
