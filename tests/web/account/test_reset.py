"""A forgotten password."""

import pytest
from sqlalchemy import text

from app.kernel.crypto import keyring
from app.staff import resets
from tests.web.account.test_login import sign_in
from tests.web.conftest import htmx

NEW = "another green tea at noon"


@pytest.fixture
def token(app, client, cast, session):
    """As the mail to Sam carries it."""
    client.post("/account/password-reset/", data={"email": "sam@example.com"})
    reset_id = session.execute(text("SELECT max(id) FROM password_resets")).scalar_one()
    return resets.link(keyring(app.config["SECRET_KEY"]), reset_id)


def use(client, token, password=NEW, again=NEW):
    return client.post(f"/account/password-reset/{token}", data={"password": password, "again": again})


def test_known_and_unknown_addresses_get_the_same_page(client, cast):
    known = client.post("/account/password-reset/", data={"email": "sam@example.com"})
    unknown = client.post("/account/password-reset/", data={"email": "nobody@example.com"})

    assert known.status_code == unknown.status_code == 200
    assert known.text.partition("<h1>")[2] == unknown.text.partition("<h1>")[2]


def test_only_a_known_address_starts_a_mail(client, cast, session):
    client.post("/account/password-reset/", data={"email": "nobody@example.com"})
    assert session.execute(text("SELECT count(*) FROM deliveries")).scalar_one() == 0

    client.post("/account/password-reset/", data={"email": "Sam@Example.com"})

    events = session.execute(text("SELECT type, payload FROM events WHERE type = 'PasswordResetRequested'")).all()
    assert len(events) == 1
    assert set(events[0].payload) == {"user_id", "reset_id"}


def test_the_link_sets_a_new_password(client, token):
    assert client.get(f"/account/password-reset/{token}").status_code == 200

    assert use(client, token).status_code == 303

    assert sign_in(client, password=NEW).status_code == 303


def test_a_link_works_once(client, token):
    use(client, token)

    assert use(client, token).status_code == 400
    assert client.get(f"/account/password-reset/{token}").status_code == 400


def test_a_new_password_ends_every_session(client, token, login):
    sam = login("sam")

    use(client, token)

    assert sam.get("/account/").status_code == 302


def test_an_older_link_dies_with_the_password_it_was_for(app, client, token, session):
    client.post("/account/password-reset/", data={"email": "sam@example.com"})
    newer = session.execute(text("SELECT max(id) FROM password_resets")).scalar_one()
    use(client, resets.link(keyring(app.config["SECRET_KEY"]), newer))

    assert use(client, token).status_code == 400


def test_a_link_ends_after_an_hour(client, token, session):
    session.execute(text("UPDATE password_resets SET created_at = now() - interval '61 minutes'"))
    session.commit()

    assert use(client, token).status_code == 400


@pytest.mark.parametrize("change", [lambda t: t[:-2], lambda t: "x" + t, lambda t: "none", lambda t: "%00"])
def test_a_forged_link_opens_nothing(client, token, change):
    assert client.get(f"/account/password-reset/{change(token)}").status_code == 400


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "password1234", "qwertyuiop12", "sam.sam.sam1"])
def test_an_easy_password_is_refused_and_the_link_stays_good(client, token, password):
    answer = use(client, token, password, password)

    assert answer.status_code == 422
    assert use(client, token).status_code == 303


def test_both_fields_must_agree(client, token):
    assert use(client, token, again="something else again").status_code == 422


def test_the_page_does_not_tell_its_address_to_others(client, token):
    assert client.get(f"/account/password-reset/{token}").headers["Referrer-Policy"] == "no-referrer"


def test_somebody_is_not_flooded_with_mails(client, cast, session):
    for _ in range(8):
        client.post("/account/password-reset/", data={"email": "sam@example.com"})

    assert session.execute(text("SELECT count(*) FROM password_resets")).scalar_one() == resets.MOST_PER_HOUR


def test_a_used_link_is_told_as_such(client, token):
    use(client, token)

    told = client.get(f"/account/password-reset/{token}").text
    assert "This link has ended" in told
    assert "Ask for a new one" in told


def test_a_used_link_by_htmx_is_told_in_the_messages(client, token):
    use(client, token)

    answer = client.get(f"/account/password-reset/{token}", headers=htmx())

    assert answer.headers["HX-Retarget"] == "#messages"
    assert "<html" not in answer.text
