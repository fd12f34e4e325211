"""Saved views, and acts that are proved."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kernel.actor import SYSTEM, Actor
from app.kernel.errors import Invalid, NotFound
from app.staff import audit, queries, saved_views, users
from app.staff.saved_views import NewView
from app.staff.values import NewUser


@pytest.fixture
def people(session):
    new = [
        NewUser(email=f"{name}@example.com", name=name, role="support", password="green tea at half past four")
        for name in ("kit", "ada")
    ]
    return users.create(session, new, actor=SYSTEM)


def names(session, user_id):
    return [view.name for view in saved_views.of_page(session, "orders", user_id=user_id)]


def test_views_are_ones_own_or_shared(session, people):
    kit, ada = people
    saved_views.save(session, kit, NewView(page="orders", name="Mine", query="status=held"))
    saved_views.save(session, kit, NewView(page="orders", name="Ours", query="late=1", is_shared=True))

    assert names(session, kit) == ["Mine", "Ours"]
    assert names(session, ada) == ["Ours"]


def test_a_shared_view_is_removed_by_its_owner_only(session, people):
    kit, ada = people
    view_id = saved_views.save(session, kit, NewView(page="orders", name="Ours", query="a=1", is_shared=True))

    with pytest.raises(NotFound):
        saved_views.remove(session, view_id, user_id=ada)
    saved_views.remove(session, view_id, user_id=kit)

    assert names(session, kit) == []


@pytest.mark.parametrize("name", ["", "x" * 41, "a\0b"])
def test_a_view_needs_a_short_name(session, people, name):
    with pytest.raises(Invalid):
        saved_views.save(session, people[0], NewView(page="orders", name=name, query="a=1"))


def test_the_audit_can_be_read(session):
    audit.write(session, actor=Actor(kind="user", id=7, request_id="r1"), action="refused POST", rule="/admin/users/")

    [entry] = queries.audit_entries(session)

    assert (entry.actor, entry.action, entry.rule, entry.request_id) == (
        "user:7",
        "refused POST",
        "/admin/users/",
        "r1",
    )


@pytest.mark.parametrize("act", ["UPDATE audit_entries SET actor = 'x'", "DELETE FROM audit_entries"])
def test_the_audit_cannot_be_changed(session, act):
    audit.write(session, actor=SYSTEM, action="a", rule="/")

    with pytest.raises(DBAPIError):
        session.execute(text(act))
