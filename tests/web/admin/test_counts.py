"""What the office decides about counts, and how it plans them."""

import pytest
from sqlalchemy import text

from app.counting.tolerance import Rules
from app.kernel.errors import Invalid
from app.workflows.plan_counts import Wanted, plan_by_hand
from app.workflows.settle_counts import submit
from tests.factories.counts import BEN, counted, fill, in_bin, make_bins, planned, price, saw_again, state_of
from tests.factories.house import make_house
from tests.web.conftest import htmx

PLAN = {
    "abc_class": "A",
    "zone": "",
    "every_days": "30",
    "most_places": "20",
    "tolerance_units": "1",
    "tolerance": "2.5",
    "approval": "150.00",
    "is_active": "y",
}


@pytest.fixture
def house(session, bound, cast):
    return make_house(session)


@pytest.fixture
def bins(session, house):
    found = make_bins(session, house, {"A-1": "A", "B-1": "B"})
    fill(session, house, found, {("A-1", "TEA-1"): 10, ("A-1", "TEA-2"): 4, ("B-1", "TEA-3"): 6})
    price(session)
    session.commit()
    return found


@pytest.fixture
def admin(login, bins):
    return login("admin")


@pytest.fixture
def waiting(session, house, bins):
    """A count that misses two units worth 10.00 and waits for a decision; (id, address)."""
    count_id = counted(session, house, bins["A-1"], {"TEA-1": 8, "TEA-2": 4}, rules=Rules())
    saw_again(session, count_id, "TEA-1", 8)
    submit(session, [count_id], actor=BEN)
    session.commit()
    return count_id, address(session, count_id)


def address(session, count_id: int) -> str:
    number = session.execute(text("SELECT number FROM counts WHERE id = :id"), {"id": count_id}).scalar_one()
    return f"/admin/counts/{number}"


def test_the_list_says_how_many_wait_for_a_decision(admin, waiting):
    assert admin.get("/admin/counts/count").text == "1"
    assert waiting[1] in admin.get("/admin/counts/?state=decide").text


def test_htmx_gets_the_list_alone(admin, waiting):
    part = admin.get("/admin/counts/", headers=htmx())

    assert "<html" not in part.text
    assert waiting[1] in part.text


def test_a_stranger_signs_in_first(client, waiting):
    assert client.get(waiting[1]).location.startswith("/account/login")


def test_a_count_shows_its_differences_and_what_they_are_worth(admin, waiting):
    page = admin.get(waiting[1]).text

    assert "−2" in page
    assert "−10.00" in page
    assert "Waits for approval" in page


def test_before_it_is_handed_in_nobody_sees_the_book_there(admin, session, house, bins):
    count_id = planned(session, house, [bins["A-1"]])
    session.commit()

    page = admin.get(address(session, count_id)).text

    assert "Not begun yet" in page
    assert "TEA-1" not in page


def test_an_approval_posts_the_differences(admin, session, house, bins, waiting):
    answer = admin.post(f"{waiting[1]}/approval", data={"reason": "Seen twice"})

    assert answer.status_code == 303
    assert in_bin(session, house, bins["A-1"], "TEA-1") == 8
    assert "Seen twice" in admin.get(waiting[1]).text


def test_an_approval_without_a_reason_is_refused_at_its_field(admin, session, waiting):
    answer = admin.post(f"{waiting[1]}/approval", data={"reason": " "}, headers=htmx())

    assert answer.status_code == 422
    assert state_of(session, waiting[0]) == "awaiting_approval"


def test_a_second_approval_posts_nothing(admin, session, house, bins, waiting):
    admin.post(f"{waiting[1]}/approval", data={"reason": "so"})

    answer = admin.post(f"{waiting[1]}/approval", data={"reason": "so"})

    assert answer.status_code == 422
    assert in_bin(session, house, bins["A-1"], "TEA-1") == 8


@pytest.mark.parametrize(("part", "state"), [("rejection", "recount"), ("cancellation", "cancelled")])
def test_a_count_is_sent_back_or_cancelled_with_a_reason(admin, session, waiting, part, state):
    answer = admin.post(f"{waiting[1]}/{part}", data={"reason": "Look behind the box"})

    assert answer.status_code == 303
    assert state_of(session, waiting[0]) == state


def test_a_count_by_hand_takes_bins_zones_and_skus(admin, session, house):
    data = {"site_id": str(house.sites["CMH1"]), "zone": "B", "codes": "A-1\ntea-3\nTEA-5"}

    answer = admin.post("/admin/counts/", data=data)

    places = session.execute(text("SELECT bin_id, sku_id FROM count_places")).all()
    assert answer.status_code == 303
    assert len(places) == 3
    assert [place.sku_id for place in places if place.sku_id] == [house.skus["TEA-5"]]


@pytest.mark.parametrize(("codes", "words"), [("NOPE", "NOPE"), ("", "0 places")])
def test_a_count_of_nothing_is_refused(admin, house, codes, words):
    answer = admin.post("/admin/counts/", data={"site_id": str(house.sites["CMH1"]), "codes": codes})

    assert answer.status_code == 422
    assert words in answer.text


def test_a_site_that_closed_meanwhile_is_refused_at_its_field(session, house):
    session.execute(text("UPDATE sites SET is_active = false WHERE code = 'CMH1'"))

    for site_id in (house.sites["CMH1"], 999_999):
        with pytest.raises(Invalid, match="site_id: there is no such site, or it is closed"):
            plan_by_hand(session, Wanted(site_id=site_id, codes=("TEA-1",)), actor=BEN)

    assert session.execute(text("SELECT count(*) FROM counts")).scalar_one() == 0


def test_what_is_being_counted_already_is_not_planned_again(admin, session, house, bins):
    planned(session, house, [bins["A-1"]])
    session.commit()

    answer = admin.post("/admin/counts/", data={"site_id": str(house.sites["CMH1"]), "codes": "A-1"})

    assert answer.status_code == 422
    assert "being counted already: A-1 (C-" in answer.text


def test_a_plan_is_added_and_what_is_due_is_asked_for(admin, session, house):
    site = str(house.sites["CMH1"])

    added = admin.post("/admin/count-plans/", data={**PLAN, "abc_class": "", "site_id": site})
    planned_ = admin.post("/admin/counts/plan")
    again = admin.post("/admin/counts/plan")

    counts = session.execute(text("SELECT tolerance_bp, approval_minor FROM counts")).all()
    assert [answer.status_code for answer in (added, planned_, again)] == [303, 303, 303]
    assert [tuple(row) for row in counts] == [(250, 15_000)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("every_days", "0"),
        ("every_days", "4000"),
        ("most_places", "1e3"),
        ("tolerance", "101"),
        ("approval", "1.999"),
        ("abc_class", "D"),
        ("site_id", "0"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_at_its_field(admin, session, house, field, value):
    data = {**PLAN, "site_id": str(house.sites["CMH1"]), field: value}

    answer = admin.post("/admin/count-plans/", data=data)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert session.execute(text("SELECT count(*) FROM count_plans")).scalar_one() == 0


def test_a_plan_is_changed_by_one_person_at_a_time(admin, session, house):
    data = {**PLAN, "site_id": str(house.sites["CMH1"])}
    admin.post("/admin/count-plans/", data=data)
    plan_id = session.execute(text("SELECT id FROM count_plans")).scalar_one()

    answers = [admin.post(f"/admin/count-plans/{plan_id}", data={**data, "version": "1"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 409]


def test_thresholds_of_the_classes_are_settings(admin, session):
    rules = {name: PLAN[name] for name in ("tolerance_units", "tolerance", "approval")}

    wrong = admin.post("/admin/count-plans/settings", data={"class_a": "95", "class_b": "80", **rules})
    right = admin.post("/admin/count-plans/settings", data={"class_a": "70", "class_b": "90.5", **rules})

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "90.5" in admin.get("/admin/count-plans/settings").text


def test_accuracy_is_shown_by_month_and_site(admin, waiting):
    admin.post(f"{waiting[1]}/approval", data={"reason": "so"})

    page = admin.get("/admin/stock-accuracy/?site=CMH1")

    assert page.status_code == 200
    assert "50.0 %" in page.text
    assert admin.get("/admin/stock-accuracy/?site=NONE").status_code in (404, 422)


def begin(admin, house, codes, **more) -> str:
    answer = admin.post("/admin/counts/", data={"site_id": str(house.sites["CMH1"]), "codes": codes, **more})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_count_begins_on_the_page_of_a_sku_and_leads_to_it(admin, session, house, bins):
    session.execute(text("UPDATE bins SET code = 'TEA-1' WHERE code = 'B-1'"))
    session.commit()
    page = admin.get("/support/skus/TEA-1").text

    place = begin(admin, house, "TEA-1", sku_id=str(house.skus["TEA-1"]))
    later = admin.get("/support/skus/TEA-1").text

    assert 'aria-label="Count TEA-1 at CMH1"' in page
    assert f'name="sku_id" value="{house.skus["TEA-1"]}"' in page
    assert session.execute(text("SELECT bin_id FROM count_places")).scalars().all() == [bins["A-1"]]
    assert place.startswith("/admin/counts/C-")
    assert f'href="{place}"' in later
    assert 'aria-label="Count TEA-1 at CMH1"' not in later


def test_a_count_begins_on_the_page_of_a_bin_and_leads_to_it(admin, house):
    page = admin.get("/admin/sites/CMH1/bins/B-1").text

    place = begin(admin, house, "B-1")

    assert 'aria-label="Count bin B-1"' in page
    assert f'Being counted: <a class="wb-code" href="{place}"' in admin.get("/admin/sites/CMH1/bins/B-1").text


def test_pressed_twice_one_count_begins_and_both_lead_to_it(admin, house, session):
    places = {begin(admin, house, "TEA-1", once="the-same-button") for _ in range(2)}

    assert len(places) == 1
    assert session.scalar(text("SELECT count(*) FROM counts")) == 1


def test_only_an_administrator_begins_a_count_on_a_page(login, bins):
    assert "Count TEA-1 at" not in login("support").get("/support/skus/TEA-1").text
