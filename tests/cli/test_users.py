"""``flask users`` and ``flask api-keys``."""

import re

import pytest
from click.testing import CliRunner

from app.cli.users import keys, users
from app.kernel.errors import Invalid, NotFound
from app.staff import api_keys, queries, sign_in
from app.staff.errors import WrongPassword
from app.workflows.set_up_company import set_up_company
from tests.factories.house import COMPANY

KIT = ("create", "--email", "kit@example.com", "--name", "Kit", "--role")


def run(group, *words):
    return CliRunner().invoke(group, words, catch_exceptions=False)


def test_a_person_is_created_with_a_password_that_is_printed(session, bound):
    printed = run(users, *KIT, "support").output

    password = printed.strip().rpartition(" ")[2]
    assert sign_in.identify(session, "kit@example.com", password).needs_code is False


def test_a_warehouse_user_gets_sites(session, bound):
    set_up_company(session, COMPANY)
    session.commit()

    run(users, *KIT, "warehouse", "--site", "RNO1", "--site", "CMH1")

    assert queries.people(session)[0].sites == ("CMH1", "RNO1")
    assert "CMH1,RNO1" in run(users, "list").output


def test_a_mistake_is_told(bound):
    with pytest.raises(Invalid, match="not an e-mail address"):
        run(users, "create", "--email", "kit", "--name", "Kit", "--role", "support")
    assert run(users, *KIT, "emperor").exit_code == 2


def test_a_forgotten_password_is_made_anew(session, bound):
    first = run(users, *KIT, "support").output.strip().rpartition(" ")[2]

    second = run(users, "reset-password", "Kit@example.com").output.strip().rpartition(" ")[2]

    assert sign_in.identify(session, "kit@example.com", second)
    with pytest.raises(WrongPassword):
        sign_in.identify(session, "kit@example.com", first)


def test_nobody_has_no_password(bound):
    with pytest.raises(NotFound):
        run(users, "reset-password", "nobody@example.com")


def test_a_key_is_printed_alone_and_opens(session, bound):
    printed = run(keys, "create", "shop", "--scope", "orders:write", "--scope", "orders:read").output

    assert re.fullmatch(r"wb_[0-9a-f]{8}_[\w-]{32}\n", printed)
    assert api_keys.verify(session, printed.strip()).scopes == {"orders:write", "orders:read"}


def test_a_key_can_end_and_be_revoked(session, bound):
    run(keys, "create", "shop", "--scope", "orders:read", "--days", "30")
    [row] = queries.api_keys(session)

    run(keys, "revoke", str(row.id))

    assert row.expires_at is not None
    assert "revoked" in run(keys, "list").output


def test_an_unknown_scope_is_told(bound):
    assert run(keys, "create", "shop", "--scope", "everything").exit_code == 2
