"""Roles, site scope, and who did it."""

import pytest
from flask import g
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.kernel.errors import NotFound
from app.staff import users
from app.staff.values import Key
from app.web.roles import current_actor, require_site, site_scope


@pytest.fixture
def asked(app, login):
    """What is known while this person's request runs: ``asked("wendy", site_scope)``."""

    def ask(who, question):
        cookie = login(who).get_cookie("sid").value
        with app.test_request_context("/account/", headers={"Cookie": f"sid={cookie}"}):
            return question()

    return ask


def test_warehouse_people_see_their_sites(asked, cast, session):
    reno = session.execute(text("SELECT id FROM sites WHERE code = 'RNO1'")).scalar_one()

    assert asked("wendy", site_scope) == {reno}


@pytest.mark.parametrize("who", ["sam", "alice"])
def test_others_see_every_site(asked, who):
    assert asked(who, site_scope) is None


def test_another_site_is_not_there(asked, cast, session):
    columbus = session.execute(text("SELECT id FROM sites WHERE code = 'CMH1'")).scalar_one()

    assert asked("walter", lambda: require_site(columbus)) == columbus
    with pytest.raises(NotFound):
        asked("wendy", lambda: require_site(columbus))


def test_a_warehouse_user_without_sites_sees_none(asked, cast, session):
    users.change_sites(session, cast["wendy"], [], actor=SYSTEM)
    session.commit()

    assert asked("wendy", site_scope) == frozenset()


def test_the_actor_is_the_user_of_the_request(asked, cast):
    assert asked("sam", current_actor).code == f"user:{cast['sam']}"


def test_the_actor_is_the_key_where_a_program_asks(app):
    with app.test_request_context("/api/v1/orders"):
        g.api_key = Key(id=7, name="shop", scopes=frozenset())

        assert current_actor().code == "api_key:7"


def test_nobody_signed_in_is_a_customer(app):
    with app.test_request_context("/track/"):
        assert current_actor().code == "customer"


@pytest.mark.parametrize(
    ("who", "area"), [("sam", "admin"), ("wendy", "admin"), ("wendy", "support"), ("sam", "warehouse")]
)
def test_an_area_is_closed_to_other_roles(login, app, who, area):
    paths = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(f"{area}.") and "<" not in rule.rule and "GET" in (rule.methods or ())
    ]
    browser = login(who)

    assert {path: browser.get(path).status_code for path in paths} == dict.fromkeys(paths, 403)


def test_every_page_asks_who_it_is(app):
    """A guard on each role's blueprint covers whatever is nested in it."""
    for area in ("admin", "support", "warehouse"):
        assert len(app.before_request_funcs[area]) >= 1, area


def test_the_session_holds_no_identity_of_principal(login):
    sam = login("sam")
    sam.get("/account/")

    with sam.session_transaction() as kept:
        assert not [key for key in kept if key.startswith("identity.")]


def test_after_signing_out_the_role_is_gone_in_the_same_browser(login):
    alice = login("alice")
    alice.post("/account/logout")

    assert alice.get("/account/").status_code == 302
