"""A recall on one screen: stop the lot, tell whoever got it, each once."""

import csv
from io import StringIO

import pytest
from sqlalchemy import text

from app.kernel import deliveries
from app.kernel.actor import SYSTEM
from app.workflows.recall_lots import freeze_lots
from tests.factories.floor import pick_all, released, shipped
from tests.factories.house import make_house
from tests.factories.shelves import lay, make_lot


@pytest.fixture
def lot(session, bound):
    """Shipped to one customer in two orders, picked for a third, five on the shelf."""
    house = make_house(session)
    session.execute(text("UPDATE skus SET tracking = 'lot' WHERE code = 'TEA-1'"))
    made = make_lot(session, house, "TEA-1", "L-1")
    lay(session, house, "TEA-1", "CMH1", 12, lot_id=made)
    for _ in range(2):
        shipped(session, ("TEA-1", 2))
    pick_all(session, released(session, ("TEA-1", 3)))
    session.commit()
    return made


@pytest.fixture
def wired():
    deliveries.wire({"notifications.send": "notifications"})
    yield
    deliveries.wire({})


@pytest.fixture
def alice(lot, login):
    return login("admin")


def messages(session):
    return session.execute(text("SELECT * FROM messages WHERE kind = 'recall' ORDER BY id")).all()


def sendings(session):
    return session.execute(text("SELECT count(*) FROM deliveries WHERE handler = 'notifications.send'")).scalar_one()


def test_one_screen_shows_where_it_is_and_who_has_it(session, lot, alice):
    page = alice.get(f"/admin/lots/{lot}/").text

    assert "4 units to 1 customer" in page
    assert "3 picked" in page
    assert "Freeze the lot" in page


def test_freezing_asks_why_and_stops_the_lot(session, lot, alice):
    refused = alice.post(f"/admin/lots/{lot}/freeze", data={"reason": " "})
    done = alice.post(f"/admin/lots/{lot}/freeze", data={"reason": "Glass splinters"})

    assert (refused.status_code, done.status_code) == (422, 303)
    page = alice.get(f"/admin/lots/{lot}/").text
    assert "Glass splinters" in page
    assert "3 units are picked" in page
    kept = session.execute(text("SELECT condition, quantity FROM bin_stock WHERE quantity > 0 ORDER BY 1")).all()
    assert [tuple(row) for row in kept] == [("good", 3), ("quarantine", 5)]


def test_letters_are_drafted_once_per_customer_and_sent_once(session, lot, alice, wired):
    freeze_lots(session, [lot], reason="Glass splinters", actor=SYSTEM)
    session.commit()
    before = sendings(session)

    for _ in range(2):
        assert alice.post(f"/admin/lots/{lot}/notices").status_code == 303
    [letter] = messages(session)
    drafted = sendings(session)
    for _ in range(2):
        assert alice.post(f"/admin/lots/{lot}/notices/sending").status_code == 303

    assert (letter.state, letter.recipient) == ("draft", "caspian.reed@example.com")
    assert "Glass splinters" in letter.text_body
    assert "4 of it" in letter.text_body
    assert drafted == before
    assert sendings(session) == before + 1
    assert [each.state for each in messages(session)] == ["queued"]


def test_nobody_is_written_to_while_the_lot_is_still_sold(session, lot, alice):
    answer = alice.post(f"/admin/lots/{lot}/notices")

    assert answer.status_code == 422
    assert messages(session) == []


def test_a_draft_is_read_and_sent_or_not(session, lot, alice):
    freeze_lots(session, [lot], reason="Glass splinters", actor=SYSTEM)
    alice.post(f"/admin/lots/{lot}/notices")
    [letter] = messages(session)

    page = alice.get(f"/admin/messages/{letter.id}").text
    withdrawn = alice.post(f"/admin/messages/{letter.id}/withdrawal")
    too_late = alice.post(f"/admin/messages/{letter.id}/sending")

    assert "Send it" in page
    assert (withdrawn.status_code, too_late.status_code) == (303, 409)
    assert [each.state for each in messages(session)] == ["withdrawn"]


def test_the_file_has_every_affected_order(session, lot, alice):
    session.execute(text("UPDATE order_contacts SET name = '=HYPERLINK(1)'"))
    session.commit()

    answer = alice.get(f"/admin/lots/{lot}/orders.csv")

    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [(row["shipped"], row["picked"]) for row in rows] == [("2", "0"), ("2", "0"), ("0", "3")]
    assert {row["name"] for row in rows} == {"'=HYPERLINK(1)"}
    assert answer.mimetype == "text/csv"


def test_a_false_alarm_is_let_go(session, lot, alice):
    freeze_lots(session, [lot], reason="Glass splinters", actor=SYSTEM)
    session.commit()

    answer = alice.post(f"/admin/lots/{lot}/freeze/removal")

    assert answer.status_code == 303
    assert session.execute(text("SELECT frozen_at FROM lots")).scalar_one() is None


def test_only_administrators_recall(lot, login, client):
    assert login("support").post(f"/admin/lots/{lot}/freeze", data={"reason": "x"}).status_code == 403
    assert login("walter").get(f"/admin/lots/{lot}/").status_code == 403
    assert client.get(f"/admin/lots/{lot}/").location.startswith("/account/login")
