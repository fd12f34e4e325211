"""Stock rules: the effect is seen before it is saved, what counts is said with its reason."""

import pytest
from sqlalchemy import text

from app.kernel import deliveries
from tests.factories.house import make_house
from tests.web.conftest import htmx

RULE = {"kind": "safety", "units": "4", "sku": "TEA-1", "category": "", "site": "", "channel": "", "note": "fragile"}


@pytest.fixture(autouse=True)
def wired():
    deliveries.wire(dict.fromkeys(("orders.fill_backorders", "channels.offer_all"), "x"))
    yield
    deliveries.wire({})


@pytest.fixture
def admin(login, session, bound):
    make_house(session, {("TEA-1", "RNO1"): 10, ("TEA-2", "RNO1"): 10})
    session.commit()
    return login("admin")


def rules(session) -> list[tuple[str, int, int]]:
    return [tuple(row) for row in session.execute(text("SELECT kind, units, version FROM stock_rules ORDER BY id"))]


def kept_back(session) -> list[int]:
    return list(session.scalars(text("SELECT safety_stock FROM stock_levels ORDER BY sku_id")))


def tell(session, *, held_back: int = 0) -> None:
    session.execute(
        text(
            "INSERT INTO stock_publications (channel_id, is_on, address, secret, held_back)"
            " SELECT id, true, 'https://shop.example.com', '', :held_back FROM channels WHERE code = 'web'"
        ),
        {"held_back": held_back},
    )
    session.commit()


def test_the_effect_is_shown_and_nothing_is_saved(admin, session):
    answer = admin.post("/admin/stock-rules/preview", data=RULE)

    assert answer.status_code == 200
    assert "0 → <b>4</b>" in answer.text
    assert "10 → <b>6</b>" in answer.text
    assert rules(session) == []
    assert kept_back(session) == [0, 0]


def test_htmx_gets_the_form_with_the_effect_alone(admin):
    answer = admin.post("/admin/stock-rules/preview", data=RULE, headers=htmx())

    assert "<html" not in answer.text
    assert "May be promised" in answer.text


def test_a_saved_rule_counts_at_once(admin, session):
    answer = admin.post("/admin/stock-rules/", data=RULE)

    assert answer.status_code == 303
    assert rules(session) == [("safety", 4, 1)]
    assert kept_back(session) == [4, 0]


def test_a_rule_is_changed_and_taken_away(admin, session):
    admin.post("/admin/stock-rules/", data=RULE)
    rule_id = session.scalar(text("SELECT id FROM stock_rules"))
    changed = admin.post(f"/admin/stock-rules/{rule_id}", data={**RULE, "units": "6", "version": "1"})
    between = kept_back(session)

    removed = admin.post(f"/admin/stock-rules/{rule_id}/removal", data={"version": "2"})

    assert (changed.status_code, removed.status_code) == (303, 303)
    assert (between, kept_back(session), rules(session)) == ([6, 0], [0, 0], [])


def test_of_two_people_the_second_is_told(admin, session):
    admin.post("/admin/stock-rules/", data=RULE)
    rule_id = session.scalar(text("SELECT id FROM stock_rules"))
    admin.post(f"/admin/stock-rules/{rule_id}", data={**RULE, "units": "6", "version": "1"})

    answer = admin.post(f"/admin/stock-rules/{rule_id}", data={**RULE, "units": "9", "version": "1"})

    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sku", "NOPE"),
        ("units", "-1"),
        ("units", "1e3"),
        ("units", ""),
        ("channel", "web"),
        ("kind", "moon"),
        ("from_on", "2026-13-01"),
        ("from_on", "9999-12-31"),
        ("note", "x" * 300),
    ],
)
@pytest.mark.parametrize("path", ["/admin/stock-rules/", "/admin/stock-rules/preview"])
def test_what_makes_no_sense_is_refused_at_its_field(admin, session, field, value, path):
    answer = admin.post(path, data={**RULE, field: value})

    assert answer.status_code == 422
    assert rules(session) == []


def test_what_counts_for_a_sku_is_said_with_its_reason(admin, session):
    admin.post("/admin/stock-rules/", data={**RULE, "sku": "", "units": "2"})
    admin.post("/admin/stock-rules/", data={**RULE, "site": "RNO1", "units": "7"})

    page = admin.get("/admin/stock-rules/?sku=TEA-1").text

    assert "rule for SKU TEA-1 at RNO1; it goes before 2 for all SKUs at all sites" in page


def test_what_is_held_back_from_channels_is_previewed_as_they_would_be_told(admin, session):
    tell(session, held_back=1)

    page = admin.post(
        "/admin/stock-rules/preview", data={**RULE, "kind": "channel_buffer", "channel": "web", "units": "3"}
    ).text

    assert "9 → <b>7</b>" in page


def test_a_reorder_point_is_previewed_by_site(admin, session):
    page = admin.post("/admin/stock-rules/preview", data={**RULE, "kind": "reorder", "units": "8"}).text

    assert "0 → <b>8</b>" in page


def test_a_sku_that_moves_to_another_category_follows_its_rule(admin, session):
    session.execute(text("UPDATE skus SET category = CASE code WHEN 'TEA-1' THEN 'Green' ELSE 'Black' END"))
    session.commit()
    admin.post("/admin/stock-rules/", data={**RULE, "sku": "", "category": "Black"})
    before = kept_back(session)

    admin.post("/admin/products/TEA-1", data={"name": "Tea", "category": "Black", "weight_g": "250", "is_active": "y"})

    assert (before, kept_back(session)) == ([0, 4], [4, 4])


def test_the_list_can_be_narrowed_and_paged(admin, session):
    session.execute(
        text(
            "INSERT INTO stock_rules (kind, units, from_on, until_on, changed_by) SELECT 'reorder', n,"
            " date '2026-01-01' + n, date '2026-01-01' + n, 'system' FROM generate_series(1, 60) n"
        )
    )
    session.commit()

    page = admin.get("/admin/stock-rules/?kind=reorder").text

    assert page.count("Reorder point</a></th>") == 50
    assert 'rel="next"' in page
    assert "No rule fits" in admin.get("/admin/stock-rules/?kind=safety").text


def test_strangers_and_support_are_turned_away(client, login):
    assert client.post("/admin/stock-rules/", data=RULE).location.startswith("/account/login")
    assert login("support").post("/admin/stock-rules/", data=RULE).status_code == 403


ALL_OF_IT = {**RULE, "units": "10"}


def test_what_takes_goods_out_of_sale_is_asked_first(admin, session):
    asked = admin.post("/admin/stock-rules/", data=ALL_OF_IT)

    assert asked.status_code == 422
    assert "TEA-1 at RNO1 would not be offered any more" in asked.text
    assert '10 → <b class="wb-error">0</b>' in asked.text
    assert 'name="confirm"' in asked.text
    assert rules(session) == []


def test_once_it_is_confirmed_it_is_saved(admin, session):
    answer = admin.post("/admin/stock-rules/", data={**ALL_OF_IT, "confirm": "y"})

    assert answer.status_code == 303
    assert kept_back(session) == [10, 0]


def test_a_change_is_asked_about_like_a_new_rule(admin, session):
    admin.post("/admin/stock-rules/", data=RULE)
    rule_id = session.scalar(text("SELECT id FROM stock_rules"))

    asked = admin.post(f"/admin/stock-rules/{rule_id}", data={**ALL_OF_IT, "version": "1"})
    saved = admin.post(f"/admin/stock-rules/{rule_id}", data={**ALL_OF_IT, "version": "1", "confirm": "y"})

    assert (asked.status_code, saved.status_code) == (422, 303)
    assert rules(session) == [("safety", 10, 2)]


def test_what_a_channel_would_not_be_told_any_more_is_asked_first(admin, session):
    tell(session)
    held = {**RULE, "kind": "channel_buffer", "units": "10", "channel": "web"}

    asked = admin.post("/admin/stock-rules/", data=held)
    less = admin.post("/admin/stock-rules/", data={**held, "units": "9"})

    assert asked.status_code == 422
    assert "TEA-1 at web would not be offered any more" in asked.text
    assert less.status_code == 303


def test_what_takes_nothing_out_of_sale_is_not_asked(admin, session):
    assert 'name="confirm"' not in admin.get("/admin/stock-rules/new").text
    assert admin.post("/admin/stock-rules/", data={**RULE, "kind": "reorder", "units": "900"}).status_code == 303
    assert 'name="confirm"' in admin.post("/admin/stock-rules/preview", data=ALL_OF_IT).text


def test_taking_a_rule_away_is_asked_about_where_a_stricter_one_stands_behind_it(admin, session):
    admin.post("/admin/stock-rules/", data=RULE)
    admin.post("/admin/stock-rules/", data={**RULE, "sku": "", "units": "10", "confirm": "y"})
    rule_id = session.scalar(text("SELECT id FROM stock_rules WHERE units = 4"))
    url = f"/admin/stock-rules/{rule_id}/removal"

    asked = admin.post(url, data={"version": "1"})
    page = admin.get(asked.location).text
    still = len(rules(session))
    done = admin.post(url, data={"version": "1", "confirm": "y"})

    assert asked.location.endswith("?removing=y")
    assert "1 SKU would not be offered any more" in page
    assert (still, len(rules(session)), done.status_code) == (2, 1, 303)
