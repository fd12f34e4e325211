"""The company's page: what it says about itself, and its logo, which is read strictly."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import text

from tests.factories.house import make_house
from tests.web.conftest import htmx

GOOD = {
    "name": "Łódź Outfitters",
    "time_zone": "Europe/Warsaw",
    "currency": "EUR",
    "slip_sender": "ul. Długa 1\nŁódź",
    "mail_from": "",
}


@pytest.fixture
def admin(login, session, bound):
    make_house(session)
    session.commit()
    return login("admin")


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300)) -> bytes:
    target = BytesIO()
    Image.new("RGB", size, (0, 90, 90)).save(target, kind)
    return target.getvalue()


def upload(browser, content: bytes, name: str = "logo.png"):
    return browser.post("/admin/company/logo", data={"logo": (BytesIO(content), name)})


def test_the_page_shows_what_is_set(admin):
    assert "Northwold Outfitters" in admin.get("/admin/company/").text


def test_htmx_gets_the_form_alone(admin):
    assert "<html" not in admin.get("/admin/company/", headers=htmx()).text


def test_saving_without_javascript_redirects(admin, session):
    answer = admin.post("/admin/company/", data=GOOD)

    assert answer.status_code == 303
    row = session.execute(text("SELECT name, time_zone, currency, slip_sender FROM company")).one()
    assert tuple(row) == ("Łódź Outfitters", "Europe/Warsaw", "EUR", "ul. Długa 1\nŁódź")


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "a\x00b"), ("time_zone", "Mars/Phobos"), ("currency", "XXXX"), ("slip_sender", "x" * 501)],
)
def test_what_makes_no_sense_is_refused_at_its_field(admin, session, field, value):
    answer = admin.post("/admin/company/", data={**GOOD, field: value})

    assert answer.status_code == 422
    assert session.scalar(text("SELECT name FROM company")) == "Northwold Outfitters"


def test_fields_that_the_form_does_not_have_are_ignored(admin, session):
    admin.post("/admin/company/", data={**GOOD, "logo_file_id": "7", "id": "2"})

    assert session.execute(text("SELECT id, logo_file_id FROM company")).one() == (1, None)


@pytest.mark.parametrize(("kind", "name"), [("PNG", "logo.png"), ("JPEG", "photo.jpg"), ("JPEG", "lying.png")])
def test_a_logo_is_kept_small_and_as_png(admin, kind, name):
    answer = upload(admin, picture(kind), name)

    assert answer.status_code == 303
    kept = admin.get("/admin/company/logo")
    assert kept.mimetype == "image/png"
    assert Image.open(BytesIO(kept.data)).size == (480, 160)


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.7",
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00",
        b"\x89PNG\r\n\x1a\n cut off",
        b"",
    ],
)
def test_what_is_no_png_or_jpeg_is_refused_whatever_its_name(admin, session, content):
    answer = upload(admin, content, "logo.png")

    assert answer.status_code in ((415,) if content else (415, 422))
    assert session.scalar(text("SELECT logo_file_id FROM company")) is None


def test_a_picture_that_unpacks_to_gigabytes_is_refused_unopened(admin):
    small = picture(size=(1, 1))
    huge = small[:16] + (60_000).to_bytes(4, "big") * 2 + small[24:]

    assert upload(admin, huge).status_code in {415, 422}


def test_the_logo_can_be_taken_away(admin):
    upload(admin, picture())

    assert admin.post("/admin/company/logo/removal").status_code == 303
    assert admin.get("/admin/company/logo").status_code == 404


def test_no_file_chosen_is_said_at_the_field(admin):
    answer = admin.post("/admin/company/logo", data={})

    assert answer.status_code == 422
    assert "Choose a file" in answer.text


def test_strangers_and_support_are_turned_away(client, login):
    assert client.post("/admin/company/", data=GOOD).location.startswith("/account/login")
    assert login("support").post("/admin/company/", data=GOOD).status_code == 403
