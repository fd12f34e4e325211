"""Keyset paging: every row once, in either direction; garbage is refused."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, DateTime, MetaData, Table, Text, select, text

from app.kernel.errors import Invalid
from app.kernel.paging import BadCursor, Count, Cursor, count, decode, page, seek

PARCELS = Table(
    "parcels_of_a_test",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("at", DateTime(timezone=True)),
    Column("carrier", Text),
)
START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SORT = (datetime, int)

STORABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
MOMENTS = st.datetimes(datetime(1990, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC))
VALUES = st.lists(st.integers(-(2**63), 2**63 - 1) | MOMENTS | STORABLE, max_size=4).map(tuple)


@given(VALUES, st.booleans())
def test_a_cursor_is_read_back_as_it_was_written(values, backwards):
    cursor = Cursor(values, backwards)

    assert decode(cursor.encode(), [type(value) for value in values]) == cursor


@given(
    st.text(min_size=1, max_size=100) | st.binary(min_size=1).map(lambda raw: base64.urlsafe_b64encode(raw).decode())
)
def test_garbage_is_refused_and_never_crashes(text):
    with pytest.raises(BadCursor):
        decode(text, SORT)


@pytest.mark.parametrize(
    "written",
    [b'[">",1,2]', b'[">","x",1]', b'["?",["2026-11-24T12:00:00.000000+00:00"],1]',
     b'[">",["2026-11-24"],1]', b"[]", b"{}",
     b'[">",["2026-11-24T12:00:00.000000+00:00"],1.0]', b'[">",["2026-11-24T12:00:00.000000+00:00"],true]',
     b'[">",["2026-11-24T12:00:00.000000+00:00"],9223372036854775808]',
     b'[">", ["2026-11-24T12:00:00.000000+00:00"],1]',
     b"[" * 300, b'[">",["9999-12-31T23:59:59.999999-12:00"],1]'],
)  # fmt: skip
def test_a_cursor_that_we_would_not_have_written_is_refused(written):
    with pytest.raises(Invalid, match="start again from the first page"):
        decode(base64.urlsafe_b64encode(written).rstrip(b"=").decode(), SORT)


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_cursor_is_the_first_page(nothing):
    assert decode(nothing, SORT) is None


@pytest.fixture
def parcels(session):
    session.execute(text("CREATE TEMP TABLE parcels_of_a_test (id bigint PRIMARY KEY, at timestamptz, carrier text)"))
    rows = [{"id": n, "at": START + timedelta(hours=n // 3), "carrier": "abc"[n % 3]} for n in range(1, 24)]
    session.execute(PARCELS.insert(), rows)
    return session


def fetch(session, cursor_text, *, limit=5, descending=True):
    cursor = decode(cursor_text, SORT)
    statement = seek(select(PARCELS), [PARCELS.c.at, PARCELS.c.id], cursor=cursor, limit=limit, descending=descending)
    rows = session.execute(statement).all()
    return page(rows, limit, key=lambda row: (row.at, row.id), cursor=cursor)


def test_walking_forwards_shows_every_row_once_in_order(parcels):
    seen, cursor = [], None
    while True:
        found = fetch(parcels, cursor)
        seen += [row.id for row in found.rows]
        cursor = found.following
        if cursor is None:
            break

    assert seen == list(range(23, 0, -1))


def test_walking_back_shows_the_same_pages(parcels):
    first = fetch(parcels, None)
    second = fetch(parcels, first.following)

    back = fetch(parcels, second.preceding)

    assert back.rows == first.rows
    assert (back.preceding, back.following) == (None, first.following)


def test_an_ascending_list_pages_alike(parcels):
    first = fetch(parcels, None, descending=False)
    second = fetch(parcels, first.following, descending=False)

    assert [row.id for row in second.rows] == [6, 7, 8, 9, 10]
    assert fetch(parcels, second.preceding, descending=False).rows == first.rows


def test_rows_that_appear_meanwhile_do_not_shift_the_next_page(parcels):
    first = fetch(parcels, None)
    parcels.execute(PARCELS.insert(), [{"id": 99, "at": START + timedelta(days=9), "carrier": "a"}])

    assert [row.id for row in fetch(parcels, first.following).rows] == [18, 17, 16, 15, 14]


def test_the_only_page_has_no_neighbours(parcels):
    found = fetch(parcels, None, limit=50)

    assert (found.following, found.preceding) == (None, None)


def test_an_empty_list_has_no_neighbours(parcels):
    parcels.execute(PARCELS.delete())

    assert fetch(parcels, None) == page([], 5, key=lambda row: (row.id,))


def test_few_rows_are_counted_exactly(parcels):
    assert count(parcels, select(PARCELS).where(PARCELS.c.carrier == "a")) == Count(7, is_exact=True)


def test_many_rows_are_estimated_by_the_planner(parcels):
    parcels.execute(text("INSERT INTO parcels_of_a_test SELECT n, now(), 'x' FROM generate_series(1000, 13400) n"))
    parcels.execute(text("ANALYZE parcels_of_a_test"))

    found = count(parcels, select(PARCELS).where(PARCELS.c.carrier == "x"), exact_up_to=100)

    assert not found.is_exact
    assert 12_000 < found.number < 12_800


@pytest.mark.parametrize(
    ("number", "is_exact", "shown"),
    [
        (0, True, "0"),
        (1284, True, "1,284"),
        (12_431, False, "about 12,400"),
        (999, False, "about 999"),
        (9_996, False, "about 10,000"),
    ],
)
def test_an_estimate_says_so(number, is_exact, shown):
    assert str(Count(number, is_exact)) == shown
