"""Alerts become drafts: one per supplier and site, nothing twice, and what is left out is said."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid, NotFound
from app.purchasing import terms
from app.purchasing.terms import Terms
from app.workflows.company_day import today
from app.workflows.keep_stock_rules import RuleFacts, add_rules
from app.workflows.order_low_stock import judged, order_low_stock
from app.workflows.watch_stock import check_levels
from tests.factories.buying import add_supplier, come, drafted, sent
from tests.factories.house import make_house


@pytest.fixture
def house(session):
    """TEA-1 and TEA-2 run low at both sites; LEAF sells both, CHEAP sells TEA-2 for less, in tens."""
    made = make_house(session, {(sku, site): 10 for sku in ("TEA-1", "TEA-2") for site in ("RNO1", "CMH1")})
    leaf, cheap = add_supplier(session), add_supplier(session, "CHEAP", name="Cheap Tea")
    known = [
        Terms(supplier_id=leaf, sku_id=made.skus["TEA-1"], cost_minor=400, pack_size=6),
        Terms(supplier_id=leaf, sku_id=made.skus["TEA-2"], cost_minor=300),
        Terms(supplier_id=cheap, sku_id=made.skus["TEA-2"], cost_minor=200, pack_size=10),
    ]
    terms.put(session, known)
    add_rules(session, [RuleFacts(kind="reorder", sku=sku, units=30) for sku in ("TEA-1", "TEA-2")], actor=SYSTEM)
    check_levels(session)
    return made


def alerts(session) -> list[int]:
    return list(session.scalars(text("SELECT id FROM stock_alerts ORDER BY id")))


def alert_of(session, sku, site) -> int:
    return session.scalar(
        text(
            "SELECT a.id FROM stock_alerts a JOIN skus s ON s.id = a.sku_id JOIN sites t ON t.id = a.site_id"
            " WHERE s.code = :sku AND t.code = :site"
        ),
        {"sku": sku, "site": site},
    )


def written(session) -> list[tuple]:
    rows = session.execute(
        text(
            "SELECT s.code, t.code, o.state, l.sku_code, l.ordered, l.unit_cost_minor FROM purchase_order_lines l"
            " JOIN purchase_orders o ON o.id = l.purchase_order_id JOIN suppliers s ON s.id = o.supplier_id"
            " JOIN sites t ON t.id = o.site_id ORDER BY 1, 2, 4"
        )
    )
    return [tuple(row) for row in rows]


def reasons(session, *alert_ids) -> list[str]:
    return [one.why for one in judged(session, alert_ids or alerts(session))]


def test_each_supplier_and_site_gets_one_draft_in_its_packs(session, house):
    made = order_low_stock(session, alerts(session), actor=SYSTEM)

    assert sorted(made.values()) == ["CHEAP", "CHEAP", "LEAF", "LEAF"]
    assert written(session) == [
        ("CHEAP", "CMH1", "draft", "TEA-2", 20, 200),
        ("CHEAP", "RNO1", "draft", "TEA-2", 20, 200),
        ("LEAF", "CMH1", "draft", "TEA-1", 24, 400),
        ("LEAF", "RNO1", "draft", "TEA-1", 24, 400),
    ]


def test_one_supplier_with_two_goods_gets_one_draft(session, house):
    session.execute(text("UPDATE suppliers SET is_active = code = 'LEAF'"))

    made = order_low_stock(session, alerts(session), actor=SYSTEM)

    assert len(made) == 2
    assert len(written(session)) == 4


def test_asked_again_nothing_is_made_twice(session, house):
    order_low_stock(session, alerts(session), actor=SYSTEM)
    again = order_low_stock(session, alerts(session), actor=SYSTEM)

    assert again == {}
    assert len(written(session)) == 4
    assert all("a draft, has" in why for why in reasons(session))


def test_what_was_ordered_since_the_last_look_is_not_ordered_again(session, house):
    sent(session, ("TEA-1", 24), site="RNO1")
    alert = alert_of(session, "TEA-1", "RNO1")

    assert order_low_stock(session, [alert], actor=SYSTEM) == {}
    assert reasons(session, alert) == ["24 are there or on the way since the last look: enough"]


def test_what_came_in_part_since_is_taken_off(session, house):
    number = sent(session, ("TEA-1", 7), site="RNO1")
    come(session, number, ("TEA-1", 7))

    order_low_stock(session, [alert_of(session, "TEA-1", "RNO1")], actor=SYSTEM)

    assert ("LEAF", "RNO1", "draft", "TEA-1", 18, 400) in written(session)


def test_what_is_on_order_but_comes_late_is_left_to_a_person(session, house):
    number = sent(session, ("TEA-1", 24), site="RNO1", expected_on=today(session) + timedelta(days=60))
    alert = alert_of(session, "TEA-1", "RNO1")

    assert order_low_stock(session, [alert], actor=SYSTEM) == {}
    [left] = judged(session, [alert])
    assert left.order == number
    assert "24 are on order already, but come on" in left.why


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("DELETE FROM supplier_skus", "no active supplier"),
        ("UPDATE supplier_skus SET cost_minor = NULL", "no cost is agreed with Leaf"),
        ("UPDATE stock_alerts SET closed_at = now()", "is over"),
        ("UPDATE sites SET is_active = false WHERE code = 'RNO1'", "is closed"),
    ],
)
def test_what_cannot_be_ordered_says_why(session, house, change, why):
    session.execute(text(change))
    alert = alert_of(session, "TEA-1", "RNO1")

    assert order_low_stock(session, [alert], actor=SYSTEM) == {}
    assert why in reasons(session, alert)[0]


def test_alerts_that_do_not_exist_are_refused(session, house):
    with pytest.raises(NotFound):
        order_low_stock(session, [*alerts(session), 2**62], actor=SYSTEM)
    with pytest.raises(Invalid):
        order_low_stock(session, [], actor=SYSTEM)


def test_many_cost_no_more_statements_than_one(session, house, statements):
    with statements(session) as one:
        order_low_stock(session, alerts(session)[:1], actor=SYSTEM)
    with statements(session) as many:
        order_low_stock(session, alerts(session), actor=SYSTEM)

    assert len(many) == len(one)


def test_a_draft_of_somebody_else_stands_in_the_way(session, house):
    number = drafted(session, ("TEA-1", 5), site="RNO1")

    assert reasons(session, alert_of(session, "TEA-1", "RNO1")) == [
        f"{number}, a draft, has 5 of it already: send it, or change it"
    ]
