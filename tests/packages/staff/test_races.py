"""Two at once, with real commits."""

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.kernel.crypto import keyring
from app.kernel.uow import unit_of_work
from app.staff import queries, totp, users
from app.staff.errors import LastAdmin, WrongCode
from app.staff.values import NewUser

KEYS = keyring("test " * 10)


@pytest.fixture
def admins(database_engine):
    new = [
        NewUser(email=f"{name}@example.com", name=name, role="admin", password="green tea at half past four")
        for name in ("ada", "bob")
    ]
    with unit_of_work() as session:
        return users.create(session, new, actor=SYSTEM)


def outcome(work):
    try:
        with unit_of_work() as session:
            work(session)
    except (LastAdmin, WrongCode) as refusal:
        return type(refusal).__name__
    return "done"


def test_two_admins_who_disable_each_other_leave_one(admins):
    works = [lambda session, one=one: users.disable(session, [one], actor=SYSTEM) for one in admins]

    for _ in range(20):
        with ThreadPoolExecutor(2) as pool:
            found = sorted(pool.map(outcome, works))

        assert found == ["LastAdmin", "done"]
        with unit_of_work() as session:
            assert [row.is_active for row in queries.people(session)].count(True) == 1
            users.enable(session, admins, actor=SYSTEM)


def test_one_code_sent_by_eight_at_once_opens_once(admins):
    with unit_of_work() as session:
        secret = totp.begin(session, admins[0], keys=KEYS)
    code = pyotp.TOTP(secret).at(int(clock.now().timestamp()))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: outcome(lambda s: totp.check(s, admins[0], code, keys=KEYS)), range(8)))

    assert sorted(found) == ["WrongCode"] * 7 + ["done"]
