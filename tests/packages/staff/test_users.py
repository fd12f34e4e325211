"""The list of people."""

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid, NotFound
from app.staff import passwords, queries, users
from app.staff.errors import LastAdmin, WeakPassword
from app.staff.values import NewUser
from app.workflows.set_up_company import set_up_company
from tests.factories.house import COMPANY

GOOD = "green tea at half past four"


def person(who="kit", role="support", **changes):
    return NewUser(**{"email": f"{who}@example.com", "name": who.title(), "role": role, "password": GOOD, **changes})


def events(session):
    return session.execute(text("SELECT type, payload FROM events WHERE subject_type = 'users' ORDER BY id")).all()


def test_people_are_created_in_the_order_given(session):
    ids = users.create(session, [person("kit"), person("ada", "admin")], actor=SYSTEM)

    assert [queries.person(session, user_id).name for user_id in ids] == ["Kit", "Ada"]


def test_events_about_people_carry_ids_and_roles_only(session):
    [user_id] = users.create(session, [person()], actor=SYSTEM)

    assert [(event.type, event.payload) for event in events(session)] == [
        ("UserCreated", {"user_id": user_id, "role": "support"})
    ]


def test_a_warehouse_user_has_sites(session):
    set_up_company(session, COMPANY)
    [user_id] = users.create(session, [person(role="warehouse", sites=("RNO1", "CMH1"))], actor=SYSTEM)

    assert queries.person(session, user_id).sites == ("CMH1", "RNO1")


def test_an_address_is_kept_in_small_letters_and_taken_once(session):
    users.create(session, [person(email="Kit@Example.com")], actor=SYSTEM)

    with pytest.raises(Invalid, match="kit@example.com has an account already"):
        users.create(session, [person(email="KIT@example.COM")], actor=SYSTEM)


def test_what_an_unknown_persons_password_is_compared_with_costs_as_much_as_a_known_ones():
    assert not passwords.is_outdated(passwords.NOBODY)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "kit"}, "not an e-mail address"),
        ({"role": "root"}, "not known here"),
        ({"name": " "}, "fill it in"),
        ({"name": "a\0"}, "control character"),
        ({"sites": ("RNO1",)}, "sees every site"),
        ({"role": "warehouse", "sites": ("XXX",)}, "no site XXX"),
    ],
)
def test_bad_facts_are_refused_with_a_remedy(session, changes, said):
    with pytest.raises(Invalid, match=said):
        users.create(session, [person(**changes)], actor=SYSTEM)


@pytest.mark.parametrize(
    "password", ["", "short", "x" * 1025, "aaaaaaaaaaaa", "waybill12345", "Password!2345", "abcdefghijkl", "kit"]
)
def test_easy_and_endless_passwords_are_refused(session, password):
    with pytest.raises(WeakPassword):
        users.create(session, [person(password=password)], actor=SYSTEM)


@pytest.mark.parametrize("password", [GOOD, "🦊" * 64, "xK9-qwerty-Tz41", "пароль из слов", "x7" + "abÄß!" * 200])
def test_long_passwords_of_any_script_are_accepted(session, password):
    assert users.create(session, [person(password=password)], actor=SYSTEM)


def test_the_last_admin_stays_admin(session):
    [ada] = users.create(session, [person("ada", "admin")], actor=SYSTEM)

    with pytest.raises(LastAdmin):
        users.change_role(session, [ada], "support", actor=SYSTEM)


def test_the_last_admin_is_not_disabled(session):
    ada, bob = users.create(session, [person("ada", "admin"), person("bob", "admin")], actor=SYSTEM)
    users.disable(session, [bob], actor=SYSTEM)

    with pytest.raises(LastAdmin):
        users.disable(session, [ada], actor=SYSTEM)


def test_a_change_that_changes_nothing_is_no_event(session):
    [kit] = users.create(session, [person(), person("ada", "admin")], actor=SYSTEM)[:1]
    users.change_role(session, [kit], "support", actor=SYSTEM)
    users.enable(session, [kit], actor=SYSTEM)

    assert [event.type for event in events(session)] == ["UserCreated", "UserCreated"]


def test_nobody_has_no_password(session):
    with pytest.raises(NotFound):
        users.set_password(session, 0, GOOD, actor=SYSTEM)


def test_an_unknown_person_is_not_found(session):
    with pytest.raises(NotFound):
        queries.person(session, 0)
