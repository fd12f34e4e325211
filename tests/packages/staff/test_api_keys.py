"""Keys for programs."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.errors import Forbidden, Invalid
from app.staff import api_keys, queries
from app.staff.errors import UnknownKey


@pytest.fixture
def key(session):
    return api_keys.create(session, "shop", ["orders:write", "orders:read"], actor=SYSTEM)


def test_a_key_opens_its_scopes_and_no_other(session, key):
    found = api_keys.verify(session, key.text)

    api_keys.require(found, "orders:write")
    with pytest.raises(Forbidden, match="lacks the scope stock:write"):
        api_keys.require(found, "stock:write")


def test_the_key_itself_is_stored_nowhere(session, key):
    stored = session.execute(text("SELECT row_to_json(k)::text FROM api_keys k")).scalar_one()
    event = session.execute(text("SELECT payload::text FROM events WHERE type = 'ApiKeyCreated'")).scalar_one()

    assert key.text not in stored
    assert key.text.split("_", 2)[2] not in stored + event


def test_the_prefix_tells_keys_apart(session, key):
    [row] = queries.api_keys(session)

    assert key.text.startswith(row.prefix + "_")
    assert row.scopes == ("orders:read", "orders:write")


@pytest.mark.parametrize("change", [lambda k: k[:-1], lambda k: k + "x", lambda k: "", lambda k: k.upper()])
def test_another_text_is_unknown(session, key, change):
    with pytest.raises(UnknownKey):
        api_keys.verify(session, change(key.text))


def test_a_revoked_key_is_unknown(session, key):
    api_keys.revoke(session, [key.id], actor=SYSTEM)

    with pytest.raises(UnknownKey):
        api_keys.verify(session, key.text)


def test_revoking_twice_is_one_event(session, key):
    api_keys.revoke(session, [key.id], actor=SYSTEM)
    api_keys.revoke(session, [key.id], actor=SYSTEM)

    assert session.execute(text("SELECT count(*) FROM events WHERE type = 'ApiKeyRevoked'")).scalar_one() == 1


def test_a_key_ends(session):
    key = api_keys.create(session, "x", ["events:read"], actor=SYSTEM, expires_at=clock.now() - timedelta(seconds=1))

    with pytest.raises(UnknownKey):
        api_keys.verify(session, key.text)


def test_the_use_is_noted_but_not_each_time(session, key):
    api_keys.verify(session, key.text)
    session.execute(text("UPDATE api_keys SET last_used_at = last_used_at - interval '1 minute'"))
    before = queries.api_keys(session)[0].last_used_at

    api_keys.verify(session, key.text)

    assert queries.api_keys(session)[0].last_used_at == before


@pytest.mark.parametrize(("name", "scopes"), [("", ["orders:read"]), ("x", []), ("x", ["everything"])])
def test_a_key_needs_a_name_and_known_scopes(session, name, scopes):
    with pytest.raises(Invalid):
        api_keys.create(session, name, scopes, actor=SYSTEM)
