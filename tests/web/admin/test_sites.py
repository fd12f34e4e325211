"""Sites: found on the map by their postal code, changed by one person at a time, never all closed."""

import pytest
from sqlalchemy import text

from tests.factories.house import make_house
from tests.web.conftest import htmx

NEW = {
    "code": "sea1",
    "name": "Seattle",
    "kind": "warehouse",
    "street": "1 Dock Street",
    "city": "Seattle",
    "region": "WA",
    "postal_code": "98101",
    "country": "US",
    "time_zone": "America/Los_Angeles",
    "cut_off": "15:30",
    "priority": "15",
    "is_active": "y",
}


@pytest.fixture
def admin(login, session, bound):
    make_house(session)
    session.commit()
    return login("admin")


def changed(**values: str) -> dict[str, str]:
    return {**{name: value for name, value in NEW.items() if name != "code"}, "version": "1", **values}


def test_the_list_names_every_site(admin):
    assert "RNO1" in admin.get("/admin/sites/").text


def test_htmx_gets_the_table_alone(admin):
    assert "<html" not in admin.get("/admin/sites/", headers=htmx()).text


def test_a_new_site_gets_its_place_on_the_map(admin, session):
    answer = admin.post("/admin/sites/", data=NEW)

    row = session.execute(text("SELECT latitude_e6, longitude_e6, cut_off::text FROM sites WHERE code = 'SEA1'")).one()
    assert answer.status_code == 303
    assert abs(row.latitude_e6 - 47_610_000) < 100_000
    assert abs(row.longitude_e6 + 122_330_000) < 100_000
    assert row.cut_off == "15:30:00"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "RNO1"),
        ("code", "a b"),
        ("postal_code", "00000"),
        ("time_zone", "Mars/Phobos"),
        ("cut_off", "25:00"),
        ("priority", "-1"),
        ("priority", "1e3"),
        ("kind", "moon"),
        ("country", "ZZ"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(admin, session, field, value):
    values = {**NEW, field: value} if field != "postal_code" else {**NEW, field: value, "city": "Nowhere at all"}

    answer = admin.post("/admin/sites/", data=values)

    assert answer.status_code == 422
    assert session.scalar(text("SELECT count(*) FROM sites WHERE code IN ('SEA1', 'A B')")) == 0


def test_a_change_moves_the_site_and_its_version(admin, session):
    answer = admin.post("/admin/sites/RNO1", data=changed())

    row = session.execute(
        text("SELECT name, version, latitude_e6 / 1000000 AS degrees FROM sites WHERE code = 'RNO1'")
    ).one()
    assert answer.status_code == 303
    assert tuple(row) == ("Seattle", 2, 47)


def test_of_two_people_the_second_is_told(admin, session):
    admin.post("/admin/sites/RNO1", data=changed(name="First"))

    answer = admin.post("/admin/sites/RNO1", data=changed(name="Second"))

    assert answer.status_code == 409
    assert session.scalar(text("SELECT name FROM sites WHERE code = 'RNO1'")) == "First"


def test_the_last_open_site_stays_open(admin, session):
    session.execute(text("UPDATE sites SET is_active = code = 'RNO1'"))
    session.commit()

    answer = admin.post("/admin/sites/RNO1", data={k: v for k, v in changed().items() if k != "is_active"})

    assert answer.status_code == 422
    assert "last open site" in answer.text


def test_the_page_of_a_site_shows_what_is_set(admin):
    page = admin.get("/admin/sites/RNO1").text

    assert 'value="89502"' in page
    assert 'value="16:00"' in page


def test_strangers_and_support_are_turned_away(client, login):
    assert client.post("/admin/sites/", data=NEW).location.startswith("/account/login")
    assert login("support").post("/admin/sites/", data=NEW).status_code == 403
