"""Bins of a site: a tree of zones with its fill, and rules that hold from now on."""

import pytest
from sqlalchemy import text

from tests.factories.house import make_house
from tests.factories.shelves import lay, make_bins
from tests.web.conftest import htmx

URL = "/admin/sites/CMH1/bins/"
NEW = {"code": "b-01", "zone": "B", "kind": "bulk", "pick_sequence": "7", "capacity": "90", "is_active": "y"}


@pytest.fixture
def house(session, bound):
    made = make_house(session, {("TEA-1", "CMH1"): 5, ("TEA-2", "CMH1"): 2})
    bins = make_bins(session, made, "CMH1", "A-01", "A-02", zone="A", capacity=10)
    lay(session, made, "TEA-3", "CMH1", 4, bin_id=bins["A-01"])
    session.commit()
    return made


@pytest.fixture
def admin(house, login):
    return login("admin")


def read(session, code):
    return session.execute(text("SELECT * FROM bins WHERE code = :code"), {"code": code}).one_or_none()


def test_the_tree_shows_zones_with_fill_and_what_lies_in_no_bin(admin):
    page = admin.get(URL).text

    assert "Zone A" in page
    assert "40 %" in page
    assert "<b>7 units</b> of 2 SKUs lie in no bin here" in page
    assert "/warehouse/put-away/?site=CMH1" in page


def test_the_page_comes_in_part_and_for_no_stranger(admin, client):
    assert "<html" not in admin.get(URL, headers=htmx()).text
    assert client.get(URL).location.startswith("/account/login")


def test_a_site_without_bins_says_what_that_means(admin):
    assert "No bins here yet" in admin.get("/admin/sites/RNO1/bins/").text


def test_a_zone_alone_is_shown(session, house, admin):
    make_bins(session, house, "CMH1", "B-09", zone="B")
    session.commit()

    page = admin.get(f"{URL}?zone=B").text

    assert "B-09" in page
    assert "A-01" not in page


def test_a_bin_is_added(session, admin):
    answer = admin.post(URL, data=NEW)

    assert answer.status_code == 303
    added = read(session, "B-01")
    assert (added.zone, added.kind, added.pick_sequence, added.capacity, added.one_sku) == ("B", "bulk", 7, 90, False)


def test_a_bin_is_changed(session, admin):
    form = admin.get(f"{URL}A-02")
    answer = admin.post(f"{URL}A-02", data={**NEW, "capacity": "", "one_sku": "y"})

    assert 'value="10"' in form.text
    assert answer.status_code == 303
    assert (read(session, "A-02").capacity, read(session, "A-02").one_sku) == (None, True)


def test_a_bin_with_goods_is_not_closed(session, admin):
    answer = admin.post(f"{URL}A-01", data={key: value for key, value in NEW.items() if key != "is_active"})

    assert answer.status_code == 422
    assert "4 units lie in A-01: move them to another bin first" in answer.text
    assert read(session, "A-01").is_active


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": "A-01"}, "there is a bin A-01 at this site already"),
        ({"code": "x y"}, "is no bin code"),
        ({"kind": "shelf"}, "Not a valid choice"),
        ({"capacity": "0"}, "is not allowed here"),
        ({"pick_sequence": "-1"}, "is not allowed here"),
        ({"zone": "<b>"}, "is no zone"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(session, admin, changes, said):
    answer = admin.post(URL, data={**NEW, **changes})

    assert answer.status_code == 422
    assert said in answer.text


def test_many_bins_go_page_by_page(session, house, admin):
    make_bins(session, house, "CMH1", *[f"C-{number:03d}" for number in range(120)], zone="C")
    session.commit()

    first = admin.get(URL).text
    following = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")

    assert "C-119" not in first
    assert "C-119" in admin.get(following).text
