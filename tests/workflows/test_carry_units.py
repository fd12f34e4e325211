"""Units carried between shelves: the bin's rules hold on the server, and a scan counts once."""

import pytest
from sqlalchemy import text

from app.inventory.keep_bins import BinFacts, add_bin, change_bin
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError, Invalid, NotFound
from app.workflows.carry_units import Carry, NotSuggested, RuleBroken, TooFew, carry
from tests.factories.floor import level, movements, pick_all, released
from tests.factories.house import make_house
from tests.factories.shelves import lay, lying, make_bins, make_lot


@pytest.fixture
def house(session):
    made = make_house(session, {("TEA-1", "CMH1"): 10, ("TEA-2", "CMH1"): 4})
    make_bins(session, made, "CMH1", "A-01", "A-02", capacity=8)
    make_bins(session, made, "CMH1", "B-01", kind="bulk")
    return made


def go(session, house, sku="TEA-1", quantity=1, to="A-01", **how):
    one = Carry(site_id=house.sites["CMH1"], sku=sku, quantity=quantity, to_bin=to, **how)
    carry(session, [one], actor=SYSTEM)


def test_put_away_units_lie_in_their_bin_and_the_total_stays(session, house):
    go(session, house, quantity=6)

    assert lying(session, "TEA-1", "CMH1") == {("", "", "good"): 4, ("A-01", "", "good"): 6}
    assert level(session, "TEA-1", "CMH1").on_hand == 10
    assert [one.on_hand for one in movements(session, "put_away")] == [6, -6]


def test_from_bin_to_bin_is_a_move(session, house):
    go(session, house, quantity=6)

    go(session, house, quantity=2, from_bin="A-01", to="A-02")

    assert lying(session, "TEA-1", "CMH1") == {("", "", "good"): 4, ("A-01", "", "good"): 4, ("A-02", "", "good"): 2}
    assert [one.on_hand for one in movements(session, "move")] == [2, -2]


def test_the_same_scan_moves_once(session, house):
    for _ in range(2):
        go(session, house, quantity=2, scan="s-1")

    assert lying(session, "TEA-1", "CMH1")["A-01", "", "good"] == 2


def test_two_carryings_in_one_batch_share_the_bins_room(session, house):
    one = Carry(site_id=house.sites["CMH1"], sku="TEA-1", quantity=5, to_bin="A-01")

    with pytest.raises(RuleBroken, match="A-01 has room for 3 more: 5 of 8 units lie there"):
        carry(session, [one, one], actor=SYSTEM)


def test_a_full_bin_is_refused_with_the_way_out_and_taken_with_a_reason(session, house):
    with pytest.raises(RuleBroken, match="A-01 has room for 8 more.*choose another bin, or say why"):
        go(session, house, quantity=9)

    go(session, house, quantity=9, override="told_so")

    written = session.execute(text("SELECT override, actor FROM bin_moves")).one()
    assert tuple(written) == ("told_so", "system")


def test_a_bin_of_one_sku_takes_no_other(session, house):
    session.execute(text("UPDATE bins SET one_sku = true WHERE code = 'A-01'"))
    go(session, house)

    with pytest.raises(RuleBroken, match="A-01 takes one SKU only"):
        go(session, house, "TEA-2")


def test_a_closed_bin_is_refused_whatever_the_reason(session, house):
    session.execute(text("UPDATE bins SET is_active = false WHERE code = 'A-01'"))

    with pytest.raises(RuleBroken, match="A-01 is closed: choose another bin"):
        go(session, house, override="told_so")


@pytest.mark.parametrize("kind", ["quarantine", "stage", "pack"])
def test_goods_for_sale_stay_where_somebody_picks_them(session, house, kind):
    make_bins(session, house, "CMH1", "Q-1", kind=kind)

    with pytest.raises(RuleBroken, match="nobody picks from it: choose another bin, or set these units aside instead"):
        go(session, house, to="Q-1", override="told_so")


def test_another_bin_than_suggested_needs_a_reason(session, house):
    with pytest.raises(NotSuggested, match="A-02 was suggested, not A-01: say why"):
        go(session, house, suggested="A-02")

    go(session, house, suggested="A-02", override="blocked")

    assert session.execute(text("SELECT count(*) FROM bin_moves WHERE suggested_bin_id <> to_bin_id")).scalar_one() == 1


def test_what_is_in_a_tote_is_not_put_away(session, house):
    pick_all(session, released(session, ("TEA-1", 7)))

    with pytest.raises(TooFew, match="3 of TEA-1 lie without a bin, not 4"):
        go(session, house, quantity=4)
    go(session, house, quantity=3)


def test_a_lot_keeps_its_name(session, house):
    lot = make_lot(session, house, "TEA-3", "L1")
    lay(session, house, "TEA-3", "CMH1", 3, lot_id=lot)

    go(session, house, "TEA-3", 2, lot="L1")

    assert lying(session, "TEA-3", "CMH1") == {("", "L1", "good"): 1, ("A-01", "L1", "good"): 2}


def test_promised_units_may_be_carried(session, house):
    released(session, ("TEA-1", 10))

    go(session, house, quantity=8)

    assert level(session, "TEA-1", "CMH1").allocated == 10


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"to": "NONE"}, "there is no bin “NONE” at this site"),
        ({"sku": "NONE"}, "there is no SKU “NONE”"),
        ({"from_bin": "NONE"}, "there is no bin “NONE” at this site"),
        ({"lot": "NONE"}, "TEA-1 has no lot “NONE”"),
        ({"from_bin": "A-01"}, "they lie in A-01 already"),
        ({"quantity": 0}, "0 is no number of units"),
        ({"quantity": 11}, "10 of TEA-1 lie without a bin, not 11"),
        ({"override": "because"}, "'because' is not known here"),
        ({"condition": "fine"}, "'fine' is not known here"),
    ],
)
def test_what_cannot_be_is_refused_in_words(session, house, how, said):
    with pytest.raises(DomainError, match=said):
        go(session, house, **how)


FACTS = {"zone": "A", "kind": "pick", "pick_sequence": 5, "capacity": 9, "one_sku": False, "one_lot": False}


def test_a_bin_with_goods_in_it_stays_open(session, house):
    go(session, house, quantity=2)
    site = house.sites["CMH1"]

    with pytest.raises(Invalid, match="2 units lie in A-01: move them to another bin first"):
        change_bin(session, site, "A-01", BinFacts(**FACTS, is_active=False))
    change_bin(session, site, "A-02", BinFacts(**FACTS, is_active=False))

    assert session.execute(text("SELECT is_active FROM bins WHERE code = 'A-02'")).scalar_one() is False


@pytest.mark.parametrize(
    ("code", "facts", "field"),
    [
        ("A-01", {}, "code"),
        ("a b", {}, "code"),
        ("C-1", {"kind": "shelf"}, "kind"),
        ("C-1", {"capacity": 0}, "capacity"),
        ("C-1", {"pick_sequence": -1}, "pick_sequence"),
        ("C-1", {"zone": "<b>"}, "zone"),
    ],
)
def test_a_bin_that_cannot_be_is_refused_at_its_field(session, house, code, facts, field):
    with pytest.raises(Invalid) as refusal:
        add_bin(session, house.sites["CMH1"], code, BinFacts(**{**FACTS, **facts}))

    assert refusal.value.failures[0][0] == field


def test_an_unknown_bin_cannot_be_changed(session, house):
    with pytest.raises(NotFound):
        change_bin(session, house.sites["RNO1"], "A-01", BinFacts(**FACTS))
