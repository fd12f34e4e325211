"""Products: found by parts of code, name and GTIN, paged by code, priced per list."""

import re

import pytest
from sqlalchemy import text

from tests.factories.house import make_house, make_skus
from tests.web.conftest import htmx

NEW = {
    "code": "CUP-1",
    "name": "Blue cup",
    "category": "Cups",
    "gtin": "4006381333931",
    "weight_g": "310",
    "is_active": "y",
}


@pytest.fixture
def admin(login, session, bound):
    make_house(session, skus=3)
    session.commit()
    return login("admin")


def codes(page: str) -> list[str]:
    return re.findall(r'href="/admin/products/([^"?]+)"', page)


def test_the_list_shows_codes_and_prices(admin):
    page = admin.get("/admin/products/").text

    assert codes(page)[1:] == ["TEA-1", "TEA-2", "TEA-3"]
    assert "USD 10.00" in page


def test_htmx_gets_the_list_alone(admin):
    assert "<html" not in admin.get("/admin/products/", headers=htmx()).text


def test_pages_follow_each_other_without_gap_or_repeat(admin, session):
    make_skus(session, [f"ZZZ-{n:03}" for n in range(110)])
    session.commit()
    seen, address = [], "/admin/products/?q=ZZZ"

    while address:
        page = admin.get(address).text
        seen += [code for code in codes(page) if code.startswith("ZZZ")]
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following[1].replace("&amp;", "&") if following else ""

    assert seen == [f"ZZZ-{n:03}" for n in range(110)]


@pytest.mark.parametrize(
    ("q", "found"),
    [("tea-2", ["TEA-2"]), ("tea 3", ["TEA-3"]), ("%", []), ("_", []), ("\\", []), ("' OR 1=1--", []), ("nothing", [])],
)
def test_search_takes_every_letter_literally(admin, q, found):
    page = admin.get("/admin/products/", query_string={"q": q}).text

    assert [code for code in codes(page) if code != "new"] == found


@pytest.mark.parametrize("query", ["state=deleted", "after=garbage", "after=__class__"])
def test_a_place_or_state_that_does_not_exist_is_refused(admin, query):
    assert admin.get(f"/admin/products/?{query}").status_code in {400, 422}


def test_a_new_product_is_for_sale(admin, session):
    answer = admin.post("/admin/products/", data=NEW)

    row = session.execute(text("SELECT name, gtin, weight_g, is_active FROM skus WHERE code = 'CUP-1'")).one()
    assert answer.status_code == 303
    assert tuple(row) == ("Blue cup", "4006381333931", 310, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "TEA-1"),
        ("code", ""),
        ("name", "a\x00"),
        ("gtin", "4006381333932"),
        ("gtin", "12"),
        ("gtin", "٤٠٠٦٣٨١٣٣٣٩٣١"),
        ("weight_g", "1.5"),
        ("weight_g", "-1"),
        ("weight_g", "NaN"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(admin, session, field, value):
    answer = admin.post("/admin/products/", data={**NEW, field: value})

    assert answer.status_code == 422
    assert session.scalar(text("SELECT count(*) FROM skus")) == 3


def test_a_gtin_names_one_sku(admin):
    admin.post("/admin/products/", data=NEW)

    answer = admin.post("/admin/products/TEA-1", data={**NEW, "name": "Tea"})

    assert answer.status_code == 422
    assert "belongs to CUP-1" in answer.text


def test_a_change_is_kept(admin, session):
    answer = admin.post(
        "/admin/products/TEA-1", data={"name": "Green tea", "weight_g": "0", "category": "", "gtin": ""}
    )

    row = session.execute(text("SELECT name, is_active FROM skus WHERE code = 'TEA-1'")).one()
    assert answer.status_code == 303
    assert tuple(row) == ("Green tea", False)


@pytest.mark.parametrize(("amount", "minor"), [("12.34", 1234), ("0", 0), ("", None)])
def test_a_price_is_set_or_taken_away(admin, session, amount, minor):
    answer = admin.post("/admin/products/TEA-1/prices", data={"price_list": "standard", "amount": amount})

    statement = text("SELECT p.minor FROM prices p JOIN skus s ON s.id = p.sku_id WHERE s.code = 'TEA-1'")
    assert answer.status_code == 303
    assert session.scalar(statement) == minor


@pytest.mark.parametrize("amount", ["0.005", "-1", "1e400", "1,000", "NaN", "1_000", "١٢", "9" * 20])
def test_a_price_that_is_none_is_refused_at_its_field(admin, session, amount):
    answer = admin.post("/admin/products/TEA-1/prices", data={"price_list": "standard", "amount": amount})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    statement = text("SELECT p.minor FROM prices p JOIN skus s ON s.id = p.sku_id WHERE s.code = 'TEA-1'")
    assert session.scalar(statement) == 1000


def test_hostile_names_are_shown_as_text(admin):
    admin.post("/admin/products/TEA-1", data={"name": '<script>alert(1)</script>"><img src=x>', "is_active": "y"})

    page = admin.get("/admin/products/").text + admin.get("/admin/products/TEA-1").text

    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_a_code_with_a_slash_has_its_page(admin, session):
    make_skus(session, ["A/B 1"])
    session.commit()

    assert admin.get("/admin/products/A/B%201").status_code == 200
    assert admin.post("/admin/products/A/B 1/prices", data={"price_list": "standard", "amount": "2"}).status_code == 303


def test_strangers_and_support_are_turned_away(client, login):
    assert client.post("/admin/products/", data=NEW).location.startswith("/account/login")
    assert login("support").post("/admin/products/", data=NEW).status_code == 403
