"""Purchase orders are drafted, sent, put off, cut short and opened again."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid, NotFound, StaleState
from app.purchasing import suppliers, terms
from app.purchasing.suppliers import SupplierFacts
from app.purchasing.terms import Terms
from app.workflows.change_purchase_orders import LeaveOut, NewDay, cancel_units, change_dates, close_short, reopen
from app.workflows.write_purchase_orders import DraftLine, Rewriting, rewrite_drafts, send, write_drafts
from tests.days import TODAY
from tests.factories.buying import add_supplier, bought, buying, come, draft, drafted, incoming, sent

pytestmark = pytest.mark.usefixtures("same_day")


def events(session) -> list[str]:
    rows = session.execute(text("SELECT type FROM events WHERE subject_type = 'purchase_orders' ORDER BY sequence"))
    return list(rows.scalars())


def refused(error) -> dict[str, str]:
    return dict(error.value.failures)


def test_a_draft_has_a_number_of_its_own_and_is_not_reckoned_with(session, house):
    first, second = drafted(session, ("TEA-1", 10)), drafted(session, ("TEA-1", 5))

    assert first.startswith("PO-")
    assert first != second
    assert buying(session, first).state == "draft"
    assert incoming(session) == {}


def test_without_a_day_the_suppliers_stated_lead_time_is_reckoned_with(session, house):
    number = drafted(session, ("TEA-1", 10))

    assert bought(session, number).expected_on == TODAY + timedelta(days=10)


def test_agreed_cost_and_days_of_a_sku_come_before_the_suppliers(session, house):
    [supplier] = suppliers.active(session)
    agreed = Terms(supplier_id=supplier.id, sku_id=house.skus["TEA-1"], code="GREEN", cost_minor=395, lead_days=3)
    terms.put(session, [agreed])

    [number] = write_drafts(session, [draft(lines=(DraftLine(sku="green", quantity=6),))], actor=SYSTEM).values()

    line = bought(session, number)
    assert (line.sku_code, line.unit_cost_minor, line.expected_on) == ("TEA-1", 395, TODAY + timedelta(days=3))


def test_every_mistake_of_a_draft_is_named_at_once(session, house):
    yesterday = TODAY - timedelta(days=1)
    lines = (
        DraftLine(sku="NOPE", quantity=1),
        DraftLine(sku="TEA-1", quantity=1),
        DraftLine(sku="TEA-2", quantity=1, unit_cost_minor=5, expected_on=yesterday),
        DraftLine(sku="TEA-3", quantity=1_000_000, unit_cost_minor=10**14),
    )

    with pytest.raises(Invalid) as error:
        write_drafts(session, [draft(lines=lines)], actor=SYSTEM)

    assert set(refused(error)) == {
        "lines.0.sku",
        "lines.1.unit_cost",
        "lines.2.expected_on",
        "lines.3.unit_cost",
    }


@pytest.mark.parametrize(
    ("changes", "field"), [({"supplier": "NONE"}, "supplier"), ({"site": "MARS"}, "site"), ({"lines": ()}, "lines")]
)
def test_a_draft_needs_supplier_site_and_lines(session, house, changes, field):
    with pytest.raises(Invalid) as error:
        write_drafts(session, [draft(("TEA-1", 1), **changes)], actor=SYSTEM)

    assert set(refused(error)) == {field}


def test_nothing_is_ordered_from_a_supplier_that_is_not_used(session, house):
    add_supplier(session, "OLD", is_active=False)

    with pytest.raises(Invalid, match="OLD"):
        write_drafts(session, [draft(("TEA-1", 1), supplier="OLD")], actor=SYSTEM)


def test_a_draft_is_written_anew_by_whoever_saw_its_latest_words(session, house):
    number = drafted(session, ("TEA-1", 10))
    rewriting = Rewriting(number=number, version=1, draft=draft(("TEA-2", 3), note="By the back door"))

    rewrite_drafts(session, [rewriting])

    assert bought(session, number) is None
    assert bought(session, number, "TEA-2").ordered == 3
    assert buying(session, number).note == "By the back door"
    with pytest.raises(StaleState, match="changed by somebody else"):
        rewrite_drafts(session, [rewriting])


def test_a_sent_order_is_dated_supply_and_is_held_to_its_first_days(session, house):
    number = sent(session, ("TEA-1", 10))

    line = bought(session, number)
    assert buying(session, number).state == "sent"
    assert incoming(session) == {"TEA-1": (10, line.expected_on)}
    assert line.promised_on == line.expected_on
    assert events(session) == ["PurchaseOrderSent"]


def test_an_order_is_sent_once(session, house):
    number = sent(session, ("TEA-1", 10))

    with pytest.raises(StaleState, match="to send it must be draft"):
        send(session, [number], actor=SYSTEM)


def test_a_sent_order_is_not_written_anew(session, house):
    number = sent(session, ("TEA-1", 10))

    with pytest.raises(StaleState, match="only a draft"):
        rewrite_drafts(session, [Rewriting(number=number, version=2, draft=draft(("TEA-2", 3)))])


def test_a_draft_whose_day_is_over_is_not_sent(session, house):
    number = drafted(session, ("TEA-1", 10))
    session.execute(text("UPDATE purchase_order_lines SET expected_on = current_date - 3"))

    with pytest.raises(Invalid, match="write a day from"):
        send(session, [number], actor=SYSTEM)


def test_another_day_moves_the_supply_and_leaves_the_first_promise(session, house):
    number = sent(session, ("TEA-1", 10), ("TEA-2", 4))
    later, before = TODAY + timedelta(days=40), bought(session, number).expected_on

    change_dates(session, [NewDay(number=number, expected_on=later, position=1)], actor=SYSTEM)

    assert incoming(session) == {"TEA-1": (10, later), "TEA-2": (4, before)}
    assert bought(session, number).promised_on == before
    assert events(session)[-1] == "PurchaseOrderRescheduled"


def test_all_that_is_to_come_can_move_at_once(session, house):
    number = sent(session, ("TEA-1", 10), ("TEA-2", 4))
    come(session, number, ("TEA-2", 4))
    later = TODAY + timedelta(days=40)

    change_dates(session, [NewDay(number=number, expected_on=later)], actor=SYSTEM)

    assert incoming(session) == {"TEA-1": (10, later)}
    assert bought(session, number, "TEA-2").expected_on != later


@pytest.mark.parametrize(("days", "position", "why"), [(-1, None, "is over"), (5, 2, "nothing is still to come")])
def test_a_day_that_cannot_be_is_refused(session, house, days, position, why):
    number = sent(session, ("TEA-1", 10), ("TEA-2", 4))
    come(session, number, ("TEA-2", 4))
    change = NewDay(number=number, expected_on=TODAY + timedelta(days=days), position=position)

    with pytest.raises(Invalid, match=why):
        change_dates(session, [change], actor=SYSTEM)


def test_units_left_out_are_no_longer_expected(session, house):
    number = sent(session, ("TEA-1", 10))

    cancel_units(session, [LeaveOut(number=number, position=1, quantity=4)], actor=SYSTEM)

    assert incoming(session)["TEA-1"][0] == 6
    assert buying(session, number).state == "sent"


def test_no_more_is_left_out_than_is_still_to_come(session, house):
    number = sent(session, ("TEA-1", 10))
    come(session, number, ("TEA-1", 7))
    twice = [LeaveOut(number=number, position=1, quantity=2)] * 2

    with pytest.raises(Invalid, match="3 are still to come"):
        cancel_units(session, twice, actor=SYSTEM)


def test_an_order_of_which_nothing_came_is_cancelled_as_a_whole(session, house):
    number = sent(session, ("TEA-1", 10))

    cancel_units(session, [LeaveOut(number=number)], actor=SYSTEM)

    assert buying(session, number).state == "cancelled"
    assert incoming(session) == {}
    with pytest.raises(StaleState, match="cancelled"):
        cancel_units(session, [LeaveOut(number=number)], actor=SYSTEM)


def test_leaving_out_the_rest_of_a_partly_received_order_completes_it(session, house):
    number = sent(session, ("TEA-1", 10))
    come(session, number, ("TEA-1", 7))

    cancel_units(session, [LeaveOut(number=number)], actor=SYSTEM)

    assert buying(session, number).state == "received"


def test_a_draft_is_cancelled_whole_or_not_at_all(session, house):
    number = drafted(session, ("TEA-1", 10))

    with pytest.raises(StaleState, match="change its lines instead"):
        cancel_units(session, [LeaveOut(number=number, position=1, quantity=1)], actor=SYSTEM)
    cancel_units(session, [LeaveOut(number=number)], actor=SYSTEM)

    assert buying(session, number).state == "cancelled"


def test_what_never_came_can_be_given_up_and_waited_for_again(session, house):
    number = sent(session, ("TEA-1", 10))
    come(session, number, ("TEA-1", 7))

    close_short(session, [number], actor=SYSTEM)
    closed, left = buying(session, number).state, incoming(session)
    reopen(session, [number], actor=SYSTEM)

    assert (closed, left) == ("closed_short", {})
    assert buying(session, number).state == "partly_received"
    assert incoming(session)["TEA-1"][0] == 3


def test_only_what_is_open_is_closed_short(session, house):
    with pytest.raises(StaleState, match="draft"):
        close_short(session, [drafted(session, ("TEA-1", 10))], actor=SYSTEM)


def test_an_order_that_does_not_exist_is_not_found(session, house):
    with pytest.raises(NotFound, match="PO-1"):
        close_short(session, ["PO-1"], actor=SYSTEM)


def test_many_orders_cost_as_many_statements_as_one(session, house, statements):
    def cost(count: int) -> int:
        drafts = [draft(("TEA-1", 10), ("TEA-2", 4))] * count
        with statements(session) as counted:
            numbers = list(write_drafts(session, drafts, actor=SYSTEM).values())
            send(session, numbers, actor=SYSTEM)
        return len(counted)

    cost(1)  # what is made once is made here

    assert cost(2) == cost(12)


def test_two_skus_of_one_supplier_cannot_have_the_same_code(session, house):
    [supplier] = suppliers.active(session)
    terms.put(session, [Terms(supplier_id=supplier.id, sku_id=house.skus["TEA-1"], code="GREEN")])

    with pytest.raises(Invalid, match="calls another SKU so"):
        terms.put(session, [Terms(supplier_id=supplier.id, sku_id=house.skus["TEA-2"], code="GREEN")])


@pytest.mark.parametrize(
    ("code", "changes"), [("leaf!", {}), ("LEAF", {}), ("NEW", {"over_percent": 101}), ("NEW", {"lead_days": -1})]
)
def test_a_supplier_that_cannot_be_is_refused(session, house, code, changes):
    facts = SupplierFacts(**{"name": "X", "currency": "USD", **changes})

    with pytest.raises(Invalid):
        suppliers.add(session, code, facts)
