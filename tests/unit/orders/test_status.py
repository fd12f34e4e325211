"""Statuses are derived from facts; each expectation is written by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.orders.status import (
    FULFILMENT_STATUSES,
    ORDER_STATUSES,
    PAYMENT_STATUSES,
    Facts,
    LineFacts,
    fulfilment_status,
    order_status,
    payment_status,
    permitted_actions,
)

COUNTERS = ("backordered", "released", "picked", "packed", "shipped", "delivered", "cancelled", "returned")


def line(ordered: int = 2, id: int = 1, **counters: int) -> LineFacts:
    """A line of ``ordered`` units; those that are not said to be elsewhere are allocated."""
    counts = {**dict.fromkeys(COUNTERS, 0), **counters}
    allocated = ordered - counts["backordered"] - counts["shipped"] - counts["cancelled"]
    return LineFacts(id=id, ordered=ordered, allocated=allocated, **counts)


def facts(*lines: LineFacts, **changes: object) -> Facts:
    values: dict[str, object] = {
        "lines": lines or (line(),),
        "open_holds": 0,
        "owed_minor": 10_000,
        "paid_minor": 0,
        "refunded_minor": 0,
        "is_history": False,
        "payment_condition": "none",
        "payment_method": "",
        "backorders_allowed": True,
    }
    return Facts(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_facts", "order", "fulfilment"),
    [
        (facts(), "confirmed", "allocated"),
        (facts(line(backordered=2)), "confirmed", "backordered"),
        (facts(line(backordered=1)), "confirmed", "partly_allocated"),
        (facts(line(backordered=1), backorders_allowed=False), "received", "partly_allocated"),
        (facts(open_holds=1), "received", "allocated"),
        (facts(payment_condition="paid"), "received", "allocated"),
        (facts(payment_condition="paid", paid_minor=9_999), "received", "allocated"),
        (facts(payment_condition="paid", paid_minor=10_000), "confirmed", "allocated"),
        (facts(payment_condition="paid", paid_minor=10_000, refunded_minor=500), "confirmed", "allocated"),
        (facts(payment_condition="paid", paid_minor=10_000, refunded_minor=10_000), "received", "allocated"),
        (facts(payment_condition="paid", owed_minor=0), "confirmed", "allocated"),
        (facts(payment_condition="cod"), "confirmed", "allocated"),
        (facts(line(released=2)), "in_process", "released"),
        (facts(line(released=2), open_holds=1), "in_process", "released"),
        (facts(line(released=2, picked=1)), "in_process", "picking"),
        (facts(line(released=2, picked=2)), "in_process", "picked"),
        (facts(line(released=1, picked=1, backordered=1)), "in_process", "picking"),
        (facts(line(released=2, picked=2, packed=1)), "in_process", "packing"),
        (facts(line(released=2, picked=2, packed=2)), "in_process", "packed"),
        (facts(line(shipped=1)), "partly_shipped", "partly_shipped"),
        (facts(line(shipped=1, cancelled=1)), "shipped", "shipped"),
        (facts(line(shipped=2)), "shipped", "shipped"),
        (facts(line(shipped=2, delivered=1)), "partly_delivered", "shipped"),
        (facts(line(shipped=1, delivered=1)), "partly_delivered", "partly_shipped"),
        (facts(line(shipped=2, delivered=2)), "delivered", "delivered"),
        (facts(line(shipped=2, delivered=2), line(cancelled=2, id=2)), "delivered", "delivered"),
        (facts(line(shipped=2, delivered=2), line(id=2)), "partly_delivered", "partly_shipped"),
        (facts(line(shipped=2, delivered=2, returned=1)), "delivered", "delivered"),
        (facts(line(shipped=2, delivered=2, returned=2)), "delivered", "returned"),
        (facts(line(cancelled=2), line(cancelled=2, id=2)), "cancelled", "cancelled"),
    ],
)
def test_order_and_fulfilment_status_follow_from_the_facts(given_facts, order, fulfilment):
    assert (order_status(given_facts), fulfilment_status(given_facts)) == (order, fulfilment)


@pytest.mark.parametrize(
    ("given_facts", "expected"),
    [
        (facts(), "unpaid"),
        (facts(owed_minor=0), "not_required"),
        (facts(is_history=True), "not_recorded"),
        (facts(is_history=True, paid_minor=10_000), "paid"),
        (facts(is_history=True, paid_minor=1), "partly_paid"),
        (facts(payment_condition="cod"), "cod"),
        (facts(payment_method="cod"), "cod"),
        (facts(payment_condition="cod", paid_minor=10_000), "paid"),
        (facts(line(cancelled=2)), "void"),
        (facts(paid_minor=1), "partly_paid"),
        (facts(paid_minor=10_000), "paid"),
        (facts(paid_minor=10_001), "overpaid"),
        (facts(paid_minor=10_001, refunded_minor=1), "paid"),
        (facts(paid_minor=10_000, refunded_minor=1), "partly_refunded"),
        (facts(paid_minor=10_000, refunded_minor=10_000), "refunded"),
        (facts(line(cancelled=2), owed_minor=0, paid_minor=10_000), "overpaid"),
        (facts(line(cancelled=2), paid_minor=10_000, refunded_minor=10_000), "refunded"),
    ],
)
def test_payment_status_follows_from_the_money(given_facts, expected):
    assert payment_status(given_facts) == expected


FRESH = {"hold", "cancel", "correct_address", "release", "pay", "note"}


@pytest.mark.parametrize(
    ("given_facts", "permitted"),
    [
        (facts(), FRESH),
        (facts(open_holds=1), FRESH - {"release"} | {"release_hold"}),
        (facts(payment_condition="paid"), FRESH - {"release"}),
        (facts(line(backordered=1)), FRESH),
        (facts(line(backordered=1), backorders_allowed=False), FRESH - {"release"}),
        (facts(line(backordered=2)), FRESH - {"release"}),
        (facts(paid_minor=10_000), FRESH - {"pay"} | {"refund"}),
        (facts(line(released=2)), FRESH - {"release", "correct_address"}),
        (facts(line(released=2, picked=2)), {"hold", "pay", "note"}),
        (facts(line(shipped=2)), {"pay", "note", "return"}),
        (facts(line(shipped=1)), {"hold", "cancel", "release", "pay", "note", "return"}),
        (facts(line(shipped=2, delivered=2, returned=2)), {"pay", "note"}),
        (facts(line(cancelled=2)), {"note"}),
        (facts(line(cancelled=2), paid_minor=10_000), {"note", "refund"}),
    ],
)
def test_what_may_be_done_follows_from_the_facts(given_facts, permitted):
    assert {action for action, why_not in permitted_actions(given_facts).items() if why_not is None} == permitted


def test_a_refusal_says_why_and_what_to_do():
    why_not = permitted_actions(facts(open_holds=1))["release"]

    assert why_not == "The order is on hold: release the hold first."


@st.composite
def lines(draw: st.DrawFn) -> LineFacts:
    ordered = draw(st.integers(1, 6))
    shipped = draw(st.integers(0, ordered))
    cancelled = draw(st.integers(0, ordered - shipped))
    backordered = draw(st.integers(0, ordered - shipped - cancelled))
    released = draw(st.integers(0, ordered - shipped - cancelled - backordered))
    picked = draw(st.integers(0, released))
    delivered = draw(st.integers(0, shipped))
    return line(
        ordered,
        backordered=backordered,
        released=released,
        picked=picked,
        packed=draw(st.integers(0, picked)),
        shipped=shipped,
        delivered=delivered,
        cancelled=cancelled,
        returned=draw(st.integers(0, delivered)),
    )


any_facts = st.builds(
    facts,
    st.lists(lines(), min_size=1, max_size=4).map(tuple),
    open_holds=st.integers(0, 2),
    owed_minor=st.integers(0, 3),
    paid_minor=st.integers(0, 4),
    payment_condition=st.sampled_from(["none", "paid", "cod"]),
    backorders_allowed=st.booleans(),
    is_history=st.booleans(),
).map(lambda made: facts(*made.lines[0], **{**vars(made), "lines": made.lines[0]}))


@given(any_facts)
def test_every_status_is_one_that_is_documented(any_order):
    assert order_status(any_order) in ORDER_STATUSES
    assert payment_status(any_order) in PAYMENT_STATUSES
    assert fulfilment_status(any_order) in FULFILMENT_STATUSES


@given(any_facts)
def test_the_two_axes_agree_when_an_order_is_over(any_order):
    assert (order_status(any_order) == "cancelled") == (fulfilment_status(any_order) == "cancelled")
    if fulfilment_status(any_order) == "delivered":
        assert order_status(any_order) == "delivered"
    if order_status(any_order) == "shipped":
        assert fulfilment_status(any_order) == "shipped"


@given(any_facts)
def test_a_released_order_is_always_one_that_was_fit_for_it(any_order):
    if permitted_actions(any_order)["release"] is None:
        assert order_status(any_order) not in ("received", "shipped", "delivered", "cancelled")


@given(any_facts)
def test_refusals_are_sentences(any_order):
    for why_not in permitted_actions(any_order).values():
        assert why_not is None or (why_not[0].isupper() and why_not.endswith("."))
