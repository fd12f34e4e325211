"""Correcting an address: who was faster, where it may go, and which site sends then."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid, StaleState
from app.orders import contacts, facts
from app.orders.facts import LineChange
from app.orders.notes import Note
from app.workflows.annotate_orders import annotate_orders
from app.workflows.correct_address import ChangedMeanwhile, Correction, correct_addresses
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request


@pytest.fixture
def order_id(session):
    make_house(session, {("TEA-1", "CMH1"): 5, ("TEA-1", "RNO1"): 5})
    return place_orders(session, [order_request(("TEA-1", 2))], actor=SYSTEM)[0].order_id


def correct(session, order_id, seen=None, **changes):
    before = contacts.get(session, order_id)
    correction = Correction(
        order_id=order_id, contact=replace(before, **changes), seen=seen or contacts.fingerprint(before)
    )
    correct_addresses(session, [correction], actor=SYSTEM)


def sites(session):
    return session.execute(
        text(
            "SELECT s.code, sum(a.quantity)::int FROM allocations a JOIN stock_levels l ON l.id = a.stock_level_id"
            " JOIN sites s ON s.id = l.site_id GROUP BY s.code"
        )
    ).all()


def last_event(session):
    return session.execute(
        text("SELECT type, payload::text AS payload FROM events WHERE subject_type = 'orders' ORDER BY id DESC LIMIT 1")
    ).one()


def test_a_corrected_street_is_kept_and_the_event_names_the_field_only(session, order_id):
    correct(session, order_id, street="15 Linden Street")

    assert contacts.get(session, order_id).street == "15 Linden Street"
    event = last_event(session)
    assert event.type == "AddressCorrected"
    assert "street" in event.payload
    assert "Linden" not in event.payload


def test_a_move_across_the_country_is_routed_again(session, order_id):
    before = sites(session)

    correct(session, order_id, city="Reno", region="NV", postal_code="89501")

    assert [tuple(row) for row in before] == [("CMH1", 2)]
    assert [tuple(row) for row in sites(session)] == [("RNO1", 2)]


def test_the_second_of_two_editors_is_told_what_the_first_wrote(session, order_id):
    seen = contacts.fingerprint(contacts.get(session, order_id))
    correct(session, order_id, street="15 Linden Street")

    with pytest.raises(ChangedMeanwhile) as refused:
        correct(session, order_id, seen=seen, street="16 Linden Street")

    assert (refused.value.theirs.street, refused.value.mine.street) == ("15 Linden Street", "16 Linden Street")
    assert "Linden" not in str(refused.value)


def test_a_place_that_does_not_exist_is_refused(session, order_id):
    with pytest.raises(Invalid, match="no such place"):
        correct(session, order_id, city="Nowhereville", postal_code="00000")


def test_a_country_without_a_zone_is_refused(session, order_id):
    with pytest.raises(Invalid, match="we do not deliver to FR"):
        correct(session, order_id, city="Paris", region="", postal_code="75001", country="FR")


def test_the_address_is_fixed_once_a_site_works_on_it(session, order_id):
    line = session.execute(text("SELECT id FROM order_lines")).scalar_one()
    facts.change(session, [LineChange(order_line_id=line, released=1)], actor=SYSTEM)

    with pytest.raises(StaleState, match="A site works on this order already"):
        correct(session, order_id, street="15 Linden Street")


def test_a_note_keeps_its_words_out_of_the_event_stream_and_masks_cards(session, order_id):
    annotate_orders(session, [Note(order_id=order_id, body="Card 4111 1111 1111 1111 was declined")], actor=SYSTEM)

    body = session.execute(text("SELECT body FROM order_notes")).scalar_one()
    assert body == "Card [card] was declined"
    assert last_event(session).type == "NoteAdded"
    assert "declined" not in last_event(session).payload
