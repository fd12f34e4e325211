"""A customer for each buyer, whoever else is in the batch."""

import pytest
from sqlalchemy import text

from app.customers.register import Buyer, register


def buyer(code=None, email=None, name="Ann"):
    return Buyer(code=code, email=email, name=name)


@pytest.mark.parametrize(
    "buyers",
    [
        [buyer(code="anna@example.com"), buyer(email="anna@example.com")],
        [buyer(email="strasse@example.com"), buyer(email="straße@example.com")],
        [buyer(code="K1", email="known@example.com"), buyer(code="K1", email="new@example.com")],
        [buyer(email="Anna@example.com"), buyer(email="anna@EXAMPLE.com"), buyer(code="K2")],
        [buyer(), buyer(email="x@example.com"), buyer()],
    ],
)
def test_a_batch_finds_and_makes_the_customers_that_its_buyers_would_one_by_one(session, buyers):
    register(session, [buyer(email="known@example.com")])

    with session.begin_nested() as trial:
        together = register(session, buyers)
        names = _customers(session)
        trial.rollback()
    apart = [id for one in buyers for id in register(session, [one])]

    assert _numbered(together) == _numbered(apart)
    assert names == _customers(session)


def _numbered(ids):
    """Who is the same as whom; guests are nobody."""
    met = {}
    return [None if id is None else met.setdefault(id, len(met)) for id in ids]


def _customers(session):
    return session.execute(text("SELECT code, email, name FROM customers ORDER BY code, email")).all()
