"""What names a person stands in tables that can be erased, and in no ledger."""

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.kernel.money import Money
from app.orders import contacts
from app.orders.holds import Stop
from app.orders.notes import Note
from app.orders.values import Contact
from app.payments.ledger import Entry
from app.workflows.annotate_orders import annotate_orders
from app.workflows.correct_address import Correction, correct_addresses
from app.workflows.deliver_parcels import deliver_parcels
from app.workflows.hold_orders import hold_orders, release_all_holds
from app.workflows.place_orders import place_orders
from app.workflows.record_payments import record_payments
from app.workflows.release_work import release_work
from app.workflows.ship_orders import Dispatch, ship_orders
from tests.factories.floor import pack_all, pick_all, works
from tests.factories.house import make_house, order_request

APPEND_ONLY = (
    "events", "stock_movements", "payment_entries", "routing_decisions", "chain_heads", "audit_entries", "receipts",
    "receipt_lines", "bin_moves", "serial_moves", "transfer_entries", "promises", "quarantine_acts",
    "purchase_mailings",
)  # fmt: skip
SEEDED = (
    "Zebulon", "Quillfeather", "zq@canary.example", "+12025550142", "77 Canary Row", "Apt Xylophone", "Quill & Sons",
    "Zebulina", "88 Finch Lane", "zf@finch.example", "ring the copper bell", "the dog is called Biscuitine",
)  # fmt: skip
BUYER = Contact(
    name="Zebulon Quillfeather, Quill & Sons",
    email="zq@canary.example",
    phone="+12025550142",
    street="77 Canary Row, Apt Xylophone",
    city="Columbus",
    region="OH",
    postal_code="43215",
    country="US",
)
MOVED = Contact(
    name="Zebulina",
    email="zf@finch.example",
    street="88 Finch Lane",
    city="Denver",
    region="CO",
    postal_code="80219",
    country="US",
)


@pytest.fixture
def lived(session):
    """One order that went through everything that can happen to it."""
    make_house(session, {("TEA-1", "CMH1"): 9, ("TEA-1", "RNO1"): 9})
    wanted = order_request(("TEA-1", 2), contact=BUYER, note="ring the copper bell", payload={"name": BUYER.name})
    [placed] = place_orders(session, [wanted], actor=SYSTEM)
    id = placed.order_id
    annotate_orders(session, [Note(order_id=id, body="the dog is called Biscuitine")], actor=SYSTEM)
    hold_orders(session, [Stop(order_id=id, reason="address_check")], actor=SYSTEM)
    seen = contacts.fingerprint(contacts.load(session, [id])[id])
    correct_addresses(session, [Correction(order_id=id, contact=MOVED, seen=seen)], actor=SYSTEM)
    release_all_holds(session, [id], actor=SYSTEM)
    paid = Entry(order_id=id, kind="payment", amount=Money(2000, "USD"), method="cash", reference="R-1")
    record_payments(session, [paid], actor=SYSTEM)
    [work] = [one for one in works(session, id) if one.state == "open"]
    release_work(session, [work.id], actor=SYSTEM)
    parcel = pack_all(session, pick_all(session, work))
    ship_orders(session, [Dispatch(parcel_id=parcel, carrier="Parcel Post", tracking_number="PP123")], actor=SYSTEM)
    deliver_parcels(session, [parcel], actor=SYSTEM)
    return id


def dump(session, table: str) -> str:
    return "\n".join(session.execute(text(f"SELECT t::text FROM {table} t")).scalars())


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_no_append_only_table_names_the_customer(session, lived, table):
    written = dump(session, table)

    assert [word for word in SEEDED if word.casefold() in written.casefold()] == []
    assert not any(word.encode().hex() in written for word in SEEDED)


def test_every_append_only_table_is_looked_at(session):
    guarded = session.execute(
        text(
            "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname = 'refuse_change' AND NOT c.relispartition"
        )
    ).scalars()
    assert set(guarded) == set(APPEND_ONLY)


def test_the_seeded_words_do_stand_where_they_can_be_erased(session, lived):
    erasable = "".join(
        dump(session, table) for table in ("order_contacts", "order_notes", "customers", "intake_payloads")
    )

    assert "Zebulina" in erasable
    assert "Biscuitine" in erasable
