"""What customers are told: once per order or parcel, where the order names an address, never of history."""

from pathlib import Path

import pytest
from sqlalchemy import text

from app.config import Config
from app.kernel.actor import SYSTEM, Actor
from app.kernel.errors import StaleState
from app.notifications import queries, suppressions
from app.orders.events import OrderConfirmed, ParcelDelivered, ParcelShipped
from app.orders.values import Contact
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.notify import Notifier, resend
from app.workflows.place_orders import place_orders
from tests.factories.house import make_house, order_request
from tests.factories.kits import make_kit
from tests.wired import all_wired

CLERK = Actor(kind="user", id=5)


@pytest.fixture(autouse=True)
def wired(tmp_path: Path):
    config = Config(
        instance_dir=tmp_path,
        files_dir=tmp_path,
        database_url="",
        owner_database_url="",
        redis_url="",
        secret_key="x" * 40,
    )
    with all_wired(config):
        yield


@pytest.fixture
def notifier():
    return Notifier("https://orders.example", "no-reply@orders.example")


@pytest.fixture
def house(session):
    return make_house(session, {("TEA-1", "CMH1"): 100})


def place(session, **changes):
    return place_orders(session, [order_request(("TEA-1", 2), **changes)], actor=SYSTEM)[0].order_id


def contact(**changes):
    values = {"name": "Caspian Reed", "email": "caspian.reed@example.com", "city": "Columbus", "country": "US"}
    return Contact(**{**values, "postal_code": "43215", "region": "OH", **changes})


def confirm(session, notifier, *order_ids):
    notifier.on_order_confirmed(session, [OrderConfirmed(order_id=order_id) for order_id in order_ids])


def sends(session):
    return (
        session.execute(
            text("SELECT ids->>'message_id' FROM deliveries WHERE handler = 'notifications.send' ORDER BY id")
        )
        .scalars()
        .all()
    )


def test_a_confirmed_order_leaves_one_delivery_for_its_mail(session, house):
    place(session)

    rows = session.execute(text("SELECT handler, queue FROM deliveries WHERE queue = 'notifications'")).all()
    assert [tuple(row) for row in rows] == [("notifications.confirm_order", "notifications")]


def test_the_confirmation_says_what_comes_what_it_costs_and_where_to_look(session, house, notifier):
    order_id = place(session)

    confirm(session, notifier, order_id)

    [row] = queries.of_order(session, order_id)
    message = queries.get(session, row.id)
    number, key = session.execute(
        text("SELECT number, tracking_key FROM orders WHERE id = :id"), {"id": order_id}
    ).one()
    assert (message.subject, message.recipient) == (f"Order {number} is confirmed", "caspian.reed@example.com")
    assert message.sender == '"Northwold Outfitters" <no-reply@orders.example>'
    for body in (message.text_body, message.html_body):
        assert f"https://orders.example/track/{key}" in body
        assert "USD 20.00" in body
        assert "TEA-1" in body
    assert sends(session) == [str(row.id)]


def test_the_confirmation_leaves_cancelled_units_out(session, house, notifier):
    order_id = place(session)
    line_id = session.execute(text("SELECT id FROM order_lines WHERE order_id = :id"), {"id": order_id}).scalar_one()
    one = Cancellation(order_id=order_id, order_line_id=line_id, reason="customer", quantity=1)
    cancel_orders(session, [one], actor=SYSTEM)

    confirm(session, notifier, order_id)

    [row] = queries.of_order(session, order_id)
    said = queries.get(session, row.id).text_body
    assert "1 x " in said
    assert said.count("USD 10.00") == 3  # the line, the goods, the total
    assert "USD 20.00" not in said


def test_an_order_is_confirmed_to_its_customer_once_however_often_it_is_confirmed(session, house, notifier):
    order_id = place(session)

    for _ in range(2):
        confirm(session, notifier, order_id, order_id)

    assert len(queries.of_order(session, order_id)) == len(sends(session)) == 1


def test_without_an_address_there_is_no_mail(session, house, notifier):
    order_id = place(session, contact=contact(email=None))

    confirm(session, notifier, order_id)

    assert queries.of_order(session, order_id) == []


def test_nobody_is_told_of_history(session, house, notifier):
    order_id = place(session)
    session.execute(text("UPDATE orders SET is_history = true WHERE id = :id"), {"id": order_id})

    confirm(session, notifier, order_id)

    assert queries.of_order(session, order_id) == []


def test_markup_in_a_name_is_shown_as_text(session, house, notifier):
    order_id = place(session, contact=contact(name="<script>alert(1)</script>"))

    confirm(session, notifier, order_id)

    [row] = queries.of_order(session, order_id)
    message = queries.get(session, row.id)
    assert "<script>" not in message.html_body
    assert "&lt;script&gt;" in message.html_body
    assert "<script>alert(1)</script>" in message.text_body


def test_an_address_that_must_not_be_written_to_gets_nothing_and_the_page_says_so(session, house, notifier):
    suppressions.suppress(session, "Caspian.Reed@example.com", reason="bounced", actor=CLERK)
    order_id = place(session)

    confirm(session, notifier, order_id)

    assert [row.state for row in queries.of_order(session, order_id)] == ["suppressed"]
    assert sends(session) == []


def test_sending_again_makes_a_new_message_to_the_address_of_today(session, house, notifier):
    order_id = place(session)
    confirm(session, notifier, order_id)
    [first] = queries.of_order(session, order_id)
    session.execute(text("UPDATE order_contacts SET email = 'new@example.com' WHERE order_id = :id"), {"id": order_id})

    [again] = resend(session, [first.id], actor=CLERK)

    message = queries.get(session, again)
    assert (message.recipient, message.requested_by, message.state) == ("new@example.com", "user:5", "queued")
    assert message.text_body == queries.get(session, first.id).text_body
    assert sends(session) == [str(first.id), str(again)]


def test_pressing_send_again_twice_sends_once(session, house, notifier):
    order_id = place(session)
    confirm(session, notifier, order_id)
    [first] = queries.of_order(session, order_id)

    resend(session, [first.id], actor=CLERK)
    resend(session, [first.id], actor=CLERK)

    assert len(queries.of_order(session, order_id)) == 2


def test_what_is_gone_cannot_be_sent_again(session, house):
    with pytest.raises(StaleState, match="cannot be sent again"):
        resend(session, [999_999], actor=CLERK)


@pytest.fixture
def parcel(session, house):
    """(order id, parcel id) of two units that have left."""
    order_id = place(session)
    values = {"order": order_id, "site": house.sites["CMH1"], "sku": house.skus["TEA-1"]}
    line_id = session.execute(text("SELECT id FROM order_lines WHERE order_id = :order"), values).scalar_one()
    work_id = session.execute(
        text("INSERT INTO fulfilment_orders (order_id, part, site_id) VALUES (:order, 9, :site) RETURNING id"), values
    ).scalar_one()
    work_line_id = session.execute(
        text(
            "INSERT INTO fulfilment_lines (fulfilment_order_id, order_line_id, sku_id, sku_code, name, quantity)"
            " VALUES (:work, :line, :sku, 'TEA-1', 'Tea', 2) RETURNING id"
        ),
        {**values, "work": work_id, "line": line_id},
    ).scalar_one()
    parcel_id = session.execute(
        text(
            "INSERT INTO parcels (fulfilment_order_id, order_id, part, carrier, tracking_number)"
            " VALUES (:work, :order, 1, 'Delhivery', 'DL-42') RETURNING id"
        ),
        {**values, "work": work_id},
    ).scalar_one()
    session.execute(
        text("INSERT INTO parcel_lines (parcel_id, fulfilment_line_id, quantity) VALUES (:parcel, :line, 2)"),
        {"parcel": parcel_id, "line": work_line_id},
    )
    return order_id, parcel_id


def test_each_parcel_is_announced_with_its_contents_carrier_and_number(session, notifier, parcel):
    order_id, parcel_id = parcel
    shipped = ParcelShipped(order_id=order_id, parcel_id=parcel_id, units=2, carrier="Delhivery")

    for _ in range(2):
        notifier.on_parcel_shipped(session, [shipped])

    [row] = queries.of_order(session, order_id)
    message = queries.get(session, row.id)
    assert row.kind == "shipped"
    for body in (message.text_body, message.html_body):
        assert all(word in body for word in ("Delhivery", "DL-42", "TEA-1", "2"))


def test_each_delivery_is_reported(session, notifier, parcel):
    order_id, parcel_id = parcel

    notifier.on_parcel_delivered(session, [ParcelDelivered(order_id=order_id, parcel_id=parcel_id)])

    assert [row.kind for row in queries.of_order(session, order_id)] == ["delivered"]


def test_a_kit_is_told_with_its_price_and_its_parts_below_it(session, house, notifier):
    make_kit(session)
    [placed] = place_orders(session, [order_request(("TEA-1", 1), ("SET-1", 2))], actor=SYSTEM)

    notifier.on_order_confirmed(session, [OrderConfirmed(order_id=placed.order_id)])

    [letter] = session.execute(text("SELECT text_body, html_body FROM messages")).all()
    lines = [line for line in letter.text_body.splitlines() if " x " in line]
    assert lines == [
        "  1 x Tea TEA-1 (TEA-1)  USD 10.00",
        "  2 x Tea SET-1 (SET-1)  USD 50.00",
        "    2 x Tea TEA-1 (TEA-1)",
        "    4 x Tea TEA-2 (TEA-2)",
    ]
    assert letter.html_body.count("USD 50.00") == 1
