"""Setting goods aside on the floor, and deciding about them at the desk."""

from html import unescape
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.workflows.quarantine import SetAside, set_units_aside
from tests.factories.numbers import keep_by_number, states
from tests.factories.shelves import lay, make_bins
from tests.web.conftest import htmx

NEW = {"code": "TEA-1", "quantity": "2", "condition": "damaged", "reason": "Torn box"}


def photo(kind="PNG"):
    target = BytesIO()
    Image.new("RGB", (80, 60), "#336699").save(target, kind)
    return target.getvalue()


def cases(session):
    return session.execute(text("SELECT * FROM quarantine_cases ORDER BY id")).all()


def asked(house, **changes):
    return {**NEW, "site": str(house.sites["CMH1"]), **changes}


@pytest.fixture
def case(session, house):
    aside = SetAside(site_id=house.sites["CMH1"], code="TEA-1", quantity=3, condition="damaged", reason="Torn box")
    [made] = set_units_aside(session, [aside], actor=SYSTEM)
    session.commit()
    return made


def test_units_are_set_aside_with_a_photo(session, house, walter):
    bins = make_bins(session, house, "CMH1", "Q-1", kind="quarantine")
    session.commit()
    data = {**asked(house, to_bin="q-1"), "photo": (BytesIO(photo("WEBP")), "../../etc/passwd.webp")}

    answer = walter.post("/warehouse/quarantine/", data=data, content_type="multipart/form-data")

    assert answer.status_code == 303
    [case] = cases(session)
    assert (case.quantity_left, case.bin_id, case.reason) == (2, bins["Q-1"], "Torn box")
    file = session.execute(text("SELECT * FROM files")).one()
    assert (file.name, file.media_type) == ("photo.jpg", "image/jpeg")
    assert "passwd" not in file.key


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": "NOPE"}, "no SKU, GTIN or number of ours"),
        ({"quantity": "99"}, "only 9 lie there"),
        ({"quantity": "1e3"}, "whole number"),
        ({"condition": "good"}, "Not a valid choice"),
        ({"reason": ""}, "Fill in this field"),
        ({"to_bin": "Z-9"}, "there is no bin Z-9"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(session, house, walter, changes, said):
    answer = walter.post("/warehouse/quarantine/", data=asked(house, **changes))

    assert answer.status_code == 422
    assert said in answer.text
    assert cases(session) == []


@pytest.mark.parametrize("content", [b"hello", b"GIF89a", photo()[:60]])
def test_what_is_no_photo_is_refused_and_nothing_moves(session, house, walter, content):
    data = {**asked(house), "photo": (BytesIO(content), "box.png")}

    answer = walter.post("/warehouse/quarantine/", data=data, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert "no PNG, JPEG or WebP picture" in answer.text
    assert cases(session) == []


def test_the_same_form_sets_aside_once(session, house, walter):
    answers = [walter.post("/warehouse/quarantine/", data=asked(house, once="k")).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert [case.quantity_left for case in cases(session)] == [2]
    assert 'name="once"' in walter.get("/warehouse/quarantine/new").text


def test_the_same_form_decides_once(session, case, login):
    alice, url = login("admin"), f"/admin/quarantine/{case}"
    data = {"act": "scrap", "quantity": "1", "once": "k"}

    answers = [alice.post(f"{url}/decisions", data=data).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert cases(session)[0].quantity_left == 2
    assert 'name="once"' in alice.get(url).text


def test_nobody_sets_aside_at_anothers_site(session, house, wendy):
    answer = wendy.post("/warehouse/quarantine/", data=asked(house))

    assert answer.status_code == 404
    assert cases(session) == []


def test_the_floor_sees_the_cases_of_its_site_only(case, walter, wendy):
    assert "Torn box" in walter.get("/warehouse/quarantine/").text
    assert "Torn box" not in wendy.get("/warehouse/quarantine/").text


def test_htmx_gets_the_list_and_the_form_alone(house, walter, case):
    assert "<html" not in walter.get("/warehouse/quarantine/", headers=htmx()).text
    assert "<html" not in walter.post("/warehouse/quarantine/", data={}, headers=htmx()).text


def test_the_floor_may_not_decide(session, case, walter, client):
    data = {"act": "release", "quantity": "3"}

    assert walter.post(f"/admin/quarantine/{case}/decisions", data=data).status_code == 403
    assert client.post(f"/admin/quarantine/{case}/decisions", data=data).location.startswith("/account/login")
    assert cases(session)[0].quantity_left == 3


def test_an_administrator_decides_in_parts(session, case, login):
    session.execute(text("UPDATE skus SET cost_minor = 450"))
    session.commit()
    alice = login("admin")
    url = f"/admin/quarantine/{case}"

    answers = [
        alice.post(f"{url}/decisions", data={"act": act, "quantity": units}).status_code
        for act, units in (("scrap", "2"), ("release", "1"), ("scrap", "1"))
    ]

    assert answers == [303, 303, 422]
    page = alice.get(url).text
    assert "9.00" in page
    assert "Nothing is left of this case" in page


def test_goods_that_are_known_by_number_are_good_again_by_number(session, case, login):
    keep_by_number(session)
    session.commit()
    alice, url = login("admin"), f"/admin/quarantine/{case}"
    data = {"act": "release", "quantity": "2"}

    refused = alice.post(f"{url}/decisions", data=data)
    done = alice.post(f"{url}/decisions", data={**data, "serials": "N-1\r\nN-2"})

    assert (refused.status_code, done.status_code) == (422, 303)
    assert 'name="serials"' in alice.get(url).text
    assert "TEA-1 is known by serial number: for 2 units, write one number on each line" in refused.text
    assert states(session) == {"N-1": ("in_stock", "CMH1"), "N-2": ("in_stock", "CMH1")}


def test_a_decision_without_units_is_refused_at_the_field(case, login):
    answer = login("admin").post(f"/admin/quarantine/{case}/decisions", data={"act": "burn", "quantity": "0"})

    assert answer.status_code == 422


def test_the_list_of_cases_has_age_and_value(session, case, login):
    session.execute(text("UPDATE skus SET cost_minor = 450"))
    session.execute(text("UPDATE quarantine_cases SET opened_at = now() - interval '12 days'"))
    session.commit()

    page = login("admin").get("/admin/quarantine/").text

    assert "3 units in 1 case," in page
    assert "13.50" in page
    assert '<td class="wb-end">12</td>' in page


def test_numbers_are_given_to_units_that_lie_there(session, house, walter):
    session.execute(text("UPDATE skus SET tracking = 'serial' WHERE code = 'TEA-4'"))
    session.commit()
    data = {"site": str(house.sites["CMH1"]), "code": "tea-4"}

    too_many = walter.post("/warehouse/numbers/", data={**data, "numbers": "A1\nA2\nA3"})
    done = walter.post("/warehouse/numbers/", data={**data, "numbers": "A1\r\n\r\nA2\r\n"})
    again = walter.post("/warehouse/numbers/", data={**data, "numbers": "A1"})

    assert (too_many.status_code, done.status_code, again.status_code) == (422, 303, 422)
    assert "A1 is in stock already" in again.text
    assert session.execute(text("SELECT code FROM serials ORDER BY 1")).scalars().all() == ["A1", "A2"]


def test_numbers_that_no_address_can_carry_are_counted_but_not_offered_as_labels(session, house, walter):
    session.execute(text("UPDATE skus SET tracking = 'serial' WHERE code = 'TEA-4'"))
    lay(session, house, "TEA-4", "CMH1", 40)
    session.commit()
    numbers = "\n".join(f"{'茶' * 30}{each}" for each in range(40))

    done = walter.post(
        "/warehouse/numbers/", data={"site": str(house.sites["CMH1"]), "code": "TEA-4", "numbers": numbers}
    )
    page = walter.get(done.location)
    asked = unescape(page.text.split('href="/warehouse/labels/new?')[1].split('"')[0])
    labels = walter.get(f"/warehouse/labels/new?{asked}")

    assert session.execute(text("SELECT count(*) FROM serials")).scalar_one() == 40
    assert (page.status_code, labels.status_code) == (200, 200)
    assert "Print 21 labels" in page.text
    assert "19 more numbers do not fit" in page.text
