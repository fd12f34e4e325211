"""Safety stock follows the rules; the statement that reads many levels chooses as the pure resolver does."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.inventory.rule_choice import Place, Rule, choose
from app.kernel import deliveries
from app.kernel.actor import SYSTEM
from app.kernel.errors import Invalid, NotFound, StaleState
from app.workflows import verify_rules
from app.workflows.apply_stock_rules import apply_stock_rules, differences
from app.workflows.company_day import today
from app.workflows.keep_stock_rules import Change, RuleFacts, add_rules, change_rules, remove_rules
from tests.factories.house import make_house, put_stock

SITES, SKUS = ("RNO1", "CMH1"), ("TEA-1", "TEA-2")


@pytest.fixture(autouse=True)
def wired():
    deliveries.wire({"orders.fill_backorders": "intake", "inventory.apply_stock_rules": "analytics"})
    yield
    deliveries.wire({})


@pytest.fixture
def house(session):
    house = make_house(session, {(sku, site): 20 for sku in SKUS for site in SITES})
    session.execute(text("UPDATE skus SET category = CASE code WHEN 'TEA-1' THEN 'Green' ELSE 'Black' END"))
    return house


def safety(units, **scope) -> RuleFacts:
    return RuleFacts(**{"kind": "safety", "units": units, **scope})


def kept_back(session) -> dict[tuple[str, str], int]:
    rows = session.execute(
        text(
            "SELECT s.code AS sku, t.code AS site, l.safety_stock FROM stock_levels l"
            " JOIN skus s ON s.id = l.sku_id JOIN sites t ON t.id = l.site_id"
        )
    )
    return {(row.sku, row.site): row.safety_stock for row in rows}


def test_a_rule_for_all_is_inherited_and_overridden(session, house):
    add_rules(session, [safety(2), safety(5, category="Green"), safety(9, sku="TEA-1", site="RNO1")], actor=SYSTEM)

    assert kept_back(session) == {
        ("TEA-1", "RNO1"): 9,
        ("TEA-1", "CMH1"): 5,
        ("TEA-2", "RNO1"): 2,
        ("TEA-2", "CMH1"): 2,
    }


def test_a_level_is_born_with_the_safety_stock_of_its_rule(session, house):
    add_rules(session, [safety(4, site="DFW1")], actor=SYSTEM)

    put_stock(session, house, {("TEA-1", "DFW1"): 10})

    assert kept_back(session)["TEA-1", "DFW1"] == 4


def test_a_dated_rule_counts_on_its_days_alone(session, house):
    day = today(session)
    add_rules(session, [safety(2), safety(12, from_on=day + timedelta(days=1))], actor=SYSTEM)

    assert set(kept_back(session).values()) == {2}
    assert {found.now for found in differences(session, day + timedelta(days=1))} == {12}


def test_taking_a_rule_away_lets_the_next_one_count_and_wakes_who_waits(session, house):
    [general, special] = add_rules(session, [safety(2), safety(9, sku="TEA-1")], actor=SYSTEM)

    remove_rules(session, {special: 1}, actor=SYSTEM)

    waiting = session.scalar(text("SELECT ids FROM deliveries WHERE handler = 'orders.fill_backorders'"))
    assert set(kept_back(session).values()) == {2}
    assert waiting == {"sku_ids": [house.skus["TEA-1"]]}


def test_each_level_that_changes_says_so_in_an_event(session, house):
    add_rules(session, [safety(3, sku="TEA-1", site="RNO1")], actor=SYSTEM)

    payloads = session.scalars(text("SELECT payload FROM events WHERE type = 'SafetyStockChanged'")).all()
    assert [(payload["was"], payload["now"]) for payload in payloads] == [(0, 3)]


def test_very_many_levels_are_brought_along_in_several_goes(session, house):
    add_rules(session, [safety(2)], actor=SYSTEM)
    session.execute(text("UPDATE stock_levels SET safety_stock = 0"))

    first = apply_stock_rules(session, actor=SYSTEM, most=3)
    session.flush()

    assert first == 4
    assert sorted(kept_back(session).values()) == [0, 2, 2, 2]
    assert session.scalar(text("SELECT count(*) FROM deliveries WHERE handler = 'inventory.apply_stock_rules'")) == 1


def test_of_two_people_the_second_is_told(session, house):
    [rule_id] = add_rules(session, [safety(2)], actor=SYSTEM)
    change_rules(session, [Change(rule_id=rule_id, version=1, facts=safety(3))], actor=SYSTEM)

    with pytest.raises(StaleState):
        change_rules(session, [Change(rule_id=rule_id, version=1, facts=safety(4))], actor=SYSTEM)


def test_a_rule_that_is_gone_cannot_be_changed(session, house):
    with pytest.raises(NotFound):
        change_rules(session, [Change(rule_id=0, version=1, facts=safety(4))], actor=SYSTEM)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (safety(1, sku="NOPE"), "sku"),
        (safety(1, category="Nope"), "category"),
        (safety(1, site="NOPE"), "site"),
        (safety(1, sku="TEA-1", category="Green"), "category"),
        (safety(1, channel="web"), "channel"),
        (safety(-1), "units"),
        (safety(1, from_on=date(2026, 12, 2), until_on=date(2026, 12, 1)), "until_on"),
        (RuleFacts(kind="moon", units=1), "kind"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(session, house, facts, field):
    with pytest.raises(Invalid) as refused:
        add_rules(session, [facts], actor=SYSTEM)

    assert [name for name, _ in refused.value.failures] == [field]


@pytest.mark.parametrize(
    ("days", "others"),
    [
        ({}, {}),
        ({"from_on": date(2026, 11, 1), "until_on": date(2026, 11, 9)}, {"from_on": date(2026, 11, 9)}),
    ],
)
def test_one_scope_has_one_rule_for_a_day(session, house, days, others):
    add_rules(session, [safety(1, sku="TEA-1", **days)], actor=SYSTEM)

    with pytest.raises(Invalid, match="same scope"):
        add_rules(session, [safety(2, sku="TEA-1", **others)], actor=SYSTEM)


def test_verify_names_a_level_that_keeps_back_something_else(session, house):
    add_rules(session, [safety(2)], actor=SYSTEM)
    clean = list(verify_rules.SAFETY.find(session))
    session.execute(text("UPDATE stock_levels SET safety_stock = 7 WHERE id = (SELECT min(id) FROM stock_levels)"))

    found = list(verify_rules.SAFETY.find(session))

    assert clean == []
    assert len(found) == 1
    assert "keeps back 7, the rules say 2" in found[0]


DAYS = st.sampled_from([None, -2, -1, 0, 1, 2])
SCOPES = list(product([{}, {"sku": "TEA-1"}, {"category": "Green"}, {"category": "Black"}], ["", "RNO1"]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(SCOPES), st.integers(0, 9), DAYS, DAYS), max_size=6))
def test_the_statement_chooses_as_the_resolver_does(session, house, drawn):
    day, rules = today(session), []
    trial = session.begin_nested()
    for (goods, site), units, first, last in drawn:
        days = {"from_on": first, "until_on": last}
        dated = {name: day + timedelta(days=offset) for name, offset in days.items() if offset is not None}
        facts = safety(units, site=site, **goods, **dated)
        attempt = session.begin_nested()
        try:
            [rule_id] = add_rules(session, [facts], actor=SYSTEM)
        except Invalid:
            attempt.rollback()
            continue
        rules.append(Rule(id=rule_id, kind="safety", units=units, site=site, **goods, **dated))

    found = kept_back(session)
    trial.rollback()

    categories = {"TEA-1": "Green", "TEA-2": "Black"}
    for (sku, at), units in found.items():
        assert units == choose(rules, "safety", Place(sku=sku, category=categories[sku], site=at), day).units
