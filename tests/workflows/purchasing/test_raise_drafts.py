"""A draft below the least worth is raised when somebody asks: by demand, in packs, and never behind one's back."""

from contextlib import nullcontext

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError, Outrun, StaleState
from app.purchasing import suppliers, terms
from app.purchasing.terms import Terms
from app.workflows.count_stock import count_stock
from app.workflows.place_orders import place_orders
from app.workflows.raise_drafts import Raising, propose, raise_draft
from app.workflows.write_purchase_orders import Rewriting, rewrite_drafts, send
from tests.factories.buying import add_supplier, bought, buying, draft, drafted
from tests.factories.house import make_house, order_request

LINES = (("TEA-1", 6), ("TEA-2", 4))


@pytest.fixture
def house(session):
    """LEAF takes orders of 100.00 at least, TEA-1 in packs of 6; a unit costs 4.00. Only CMH1 sells."""
    made = make_house(session, {(sku, "CMH1"): 90 for sku in ("TEA-1", "TEA-2", "TEA-3")})
    session.execute(text("UPDATE sites SET is_active = code = 'CMH1'"))
    leaf = add_supplier(session, minimum_minor=10_000)
    terms.put(session, [Terms(supplier_id=leaf, sku_id=made.skus["TEA-1"], cost_minor=400, pack_size=6)])
    return made


@pytest.fixture
def number(session, house):
    return drafted(session, *LINES)


def sell(session, *lines):
    place_orders(session, [order_request(*lines)], actor=SYSTEM)
    count_stock(session)


def ordered(session, number):
    return {sku: bought(session, number, sku).ordered for sku, _ in LINES}


def ask(session, number, **changes):
    found = propose(session, number)
    values = {"version": buying(session, number).version, "shown": found.shown, **changes}
    return raise_draft(session, Raising(number=number, **values))


def test_lines_are_raised_by_what_sells_until_it_is_worth_enough(session, house, number):
    sell(session, ("TEA-1", 30), ("TEA-2", 10))

    found = ask(session, number)

    assert found.by_demand
    assert ordered(session, number) == {"TEA-1": 18, "TEA-2": 7}
    assert found.total_minor == 25 * 400


def test_where_nothing_sells_they_grow_by_what_stands_there(session, number):
    found = ask(session, number)

    assert not found.by_demand
    assert ordered(session, number) == {"TEA-1": 18, "TEA-2": 11}


def test_what_does_not_sell_is_not_raised_beside_what_does(session, house, number):
    sell(session, ("TEA-2", 10))

    ask(session, number)

    assert ordered(session, number) == {"TEA-1": 6, "TEA-2": 19}


def test_two_lines_of_a_sku_share_its_demand(session, house):
    number = drafted(session, ("TEA-2", 4), ("TEA-2", 4), ("TEA-3", 1))
    sell(session, ("TEA-2", 20), ("TEA-3", 20))

    lines = propose(session, number).lines

    assert [line.daily for line in lines[:2]] == [lines[2].daily / 2] * 2


def test_looking_at_it_changes_nothing(session, number):
    found = propose(session, number)

    assert (found.missing_minor, ordered(session, number)) == (6_000, dict(LINES))


def test_other_words_of_the_lines_and_their_days_stay(session, number):
    before = bought(session, number)

    ask(session, number)

    after = bought(session, number)
    assert (after.unit_cost_minor, after.expected_on, after.id) == (
        before.unit_cost_minor,
        before.expected_on,
        before.id,
    )


@pytest.mark.parametrize("changes", [{"version": 7}, {"shown": ""}])
def test_something_else_than_was_shown_is_not_done(session, number, changes):
    with pytest.raises(Outrun, match="load the page again"):
        ask(session, number, **changes)

    assert ordered(session, number) == dict(LINES)


def test_other_lines_of_the_same_worth_are_not_what_was_shown(session, house):
    number = drafted(session, ("TEA-2", 6), ("TEA-3", 4))
    sell(session, ("TEA-2", 30))
    before = propose(session, number)
    sell(session, ("TEA-3", 60))

    with pytest.raises(Outrun):
        ask(session, number, shown=before.shown)

    assert before.total_minor == propose(session, number).total_minor
    assert [bought(session, number, sku).ordered for sku in ("TEA-2", "TEA-3")] == [6, 4]


def test_what_was_written_before_it_was_raised_holds_no_more(session, number):
    stale = Rewriting(number=number, version=buying(session, number).version, draft=draft(*LINES))
    ask(session, number)
    raised = ordered(session, number)

    with pytest.raises(Outrun):
        rewrite_drafts(session, [stale])

    assert ordered(session, number) == raised != dict(LINES)


def test_asked_for_twice_it_is_raised_once(session, number):
    seen = Raising(number=number, version=1, shown=propose(session, number).shown)
    raise_draft(session, seen)
    once = ordered(session, number)

    with pytest.raises(StaleState):
        raise_draft(session, seen)

    assert ordered(session, number) == once


def test_what_is_sent_or_worth_enough_is_left_alone(session, house, number):
    enough = drafted(session, ("TEA-2", 25))
    send(session, [number], actor=SYSTEM)

    assert [propose(session, one) for one in (number, enough)] == [None, None]


def test_a_least_worth_in_another_currency_says_nothing(session, number):
    facts = suppliers.get(session, "LEAF")
    named = {name: getattr(facts, name) for name in suppliers.SupplierFacts.__dataclass_fields__}
    suppliers.change(session, "LEAF", suppliers.SupplierFacts(**{**named, "currency": "EUR"}), version=facts.version)

    assert propose(session, number) is None


@pytest.mark.parametrize(
    ("minimum", "cost", "said"), [(10_000, 0, "no line costs anything"), (10**9, 1, "1,000,000 at most")]
)
def test_what_cannot_be_reached_is_said_and_not_tried(session, house, minimum, cost, said):
    session.execute(text("UPDATE suppliers SET minimum_minor = :least"), {"least": minimum})
    number = drafted(session, ("TEA-2", 4))
    session.execute(text("UPDATE purchase_order_lines SET unit_cost_minor = :cost"), {"cost": cost})

    with pytest.raises(DomainError, match=said):
        ask(session, number)

    assert bought(session, number, "TEA-2").ordered == 4


@pytest.fixture
def fewest(session, house):
    """LEAF takes 20 of TEA-2 at least, and orders of any worth."""
    session.execute(text("UPDATE suppliers SET minimum_minor = 0"))
    leaf = suppliers.get(session, "LEAF").id
    terms.put(session, [Terms(supplier_id=leaf, sku_id=house.skus["TEA-2"], cost_minor=400, least_units=20)])


def test_lines_below_the_fewest_units_are_filled_up_to_them(session, fewest, number):
    found = ask(session, number)

    assert found.missing_minor == 0
    assert ordered(session, number) == {"TEA-1": 6, "TEA-2": 20}
    assert propose(session, number) is None


def test_what_is_filled_up_counts_for_the_least_worth(session, fewest, number):
    session.execute(text("UPDATE suppliers SET minimum_minor = 10000"))

    ask(session, number)

    assert ordered(session, number) == {"TEA-1": 6, "TEA-2": 20}


def test_several_lines_of_a_sku_are_the_fewest_together(session, fewest):
    enough = drafted(session, ("TEA-2", 12), ("TEA-2", 8))
    lacking = drafted(session, ("TEA-2", 12), ("TEA-2", 5))

    found = propose(session, lacking)

    assert propose(session, enough) is None
    assert [(one.sku, one.units, one.least) for one in found.too_few] == [("TEA-2", 17, 20)]
    assert [line.raised for line in found.lines] == [15, 5]


def test_goods_that_cost_nothing_are_filled_up_though_they_are_never_worth_enough(session, fewest):
    session.execute(text("UPDATE suppliers SET minimum_minor = 10000"))
    number = drafted(session, ("TEA-2", 4))
    session.execute(text("UPDATE purchase_order_lines SET unit_cost_minor = 0"))

    found = ask(session, number)

    assert (found.is_enough, bought(session, number, "TEA-2").ordered) == (False, 20)
    assert "no line costs anything" in propose(session, number).why_not


@pytest.mark.parametrize(("cost", "units"), [(50 * 10**12, 20), (50 * 10**12 + 1, 4)])
def test_no_line_is_raised_to_more_than_the_books_hold(session, fewest, cost, units):
    number = drafted(session, ("TEA-2", 4))
    session.execute(text("UPDATE purchase_order_lines SET unit_cost_minor = :cost"), {"cost": cost})

    with nullcontext() if units == 20 else pytest.raises(DomainError, match="20 of TEA-2 would be worth more than"):
        ask(session, number)

    assert bought(session, number, "TEA-2").ordered == units


def test_many_lines_cost_no_more_statements(session, house, statements):
    number = drafted(session, ("TEA-1", 1))
    many = drafted(session, *[("TEA-2", 1)] * 12)
    with statements(session) as few:
        propose(session, number)
    with statements(session) as more:
        propose(session, many)

    assert len(more) == len(few)
