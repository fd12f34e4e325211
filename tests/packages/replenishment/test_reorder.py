"""When to order and how much: the formulas with numbers worked out by hand."""

import pytest

from app.replenishment.reorder import Demand, Position, Terms, bounds, next_state, plan

TERMS = Terms(
    lead_days=9,
    lead_spread_days=2,
    review_days=7,
    service_bp=9772,
    order_cost_minor=2000,
    holding_bp=2500,
    pack_units=1,
)
SURE = Terms(**{**vars(TERMS), "lead_spread_days": 0})
STEADY = Demand(days=90, units=900, squares=9000)  # 10 every day: no spread
WILD = Demand(days=90, units=900, squares=9000 + 90 * 16)  # 10 a day, standard deviation 4


def position(**changes):
    return Position(**{"free": 50, "incoming": 0, **changes})


def test_demand_and_its_spread_come_from_sums():
    assert (WILD.daily, WILD.spread) == (10, pytest.approx(4))


def test_safety_stock_covers_the_spread_of_demand_and_of_the_lead_time():
    """z = 2.0: 2 × √(9 × 4² + 10² × 2²) = 2 × √544 = 46.6."""
    assert plan(WILD, TERMS, position()).safety == 47


def test_without_any_spread_nothing_is_kept_for_safety():
    assert plan(STEADY, SURE, position()).safety == 0


def test_the_reorder_point_is_the_demand_of_the_lead_time_and_the_safety_stock():
    assert plan(WILD, TERMS, position()).point == 10 * 9 + 47


def test_a_reorder_point_by_rule_goes_before_what_demand_would_ask_for():
    found = plan(WILD, TERMS, position(fixed_point=30))

    assert found.point == 30
    assert dict(found.steps)["Reorder point"] == "30 by rule (demand would ask for 137)"


@pytest.mark.parametrize(
    ("rule", "safety", "words"), [(60, 60, "60 by rule (demand would ask for 47)"), (5, 47, "(the rule keeps back 5)")]
)
def test_of_two_safety_stocks_the_larger_counts(rule, safety, words):
    found = plan(WILD, TERMS, position(safety=rule))

    assert found.safety == safety
    assert dict(found.steps)["Safety stock"].endswith(words)


def test_one_orders_up_to_the_demand_of_lead_time_and_review():
    found = plan(STEADY, SURE, position(safety=20, incoming=30))

    assert found.target == 10 * 16 + 20
    assert found.quantity == 180 - 50 - 30


def test_the_economic_lot_is_the_least_that_is_ordered():
    """√(2 × 3,650 × 20.00 ÷ (40.00 × 25 %)) = 120.8."""
    found = plan(STEADY, SURE, position(free=100, safety=20, cost_minor=4000))

    assert (found.lot, found.quantity) == (121, 121)


def test_orders_come_in_whole_packs():
    assert plan(STEADY, Terms(**{**vars(SURE), "pack_units": 24}), position(safety=20)).quantity == 144


def test_nothing_is_ordered_where_enough_is_on_its_way():
    assert plan(STEADY, SURE, position(safety=20, incoming=500)).quantity == 0


@pytest.mark.parametrize(
    "demand", [STEADY, WILD, Demand(days=90, units=0, squares=0), Demand(days=14, units=3, squares=5)]
)
@pytest.mark.parametrize(
    "rules", [{}, {"safety": 5}, {"safety": 90}, {"fixed_point": 0}, {"fixed_point": 33, "safety": 4}]
)
def test_the_short_way_to_the_bounds_leads_to_those_of_the_plan(demand, rules):
    found = plan(demand, TERMS, position(**rules))

    assert bounds(demand, TERMS, position(**rules)) == (found.point, found.closes_at)


def test_every_number_is_shown_with_its_formula():
    steps = dict(plan(STEADY, SURE, position(safety=20)).steps)

    assert steps["Demand"] == "900 asked for in 90 days = 10 a day"
    assert steps["Order up to"].startswith("10 a day × (9 + 7) days + 20 = 180")
    assert steps["Economic lot"] == "not known: this SKU has no unit cost"


@pytest.mark.parametrize(
    ("is_open", "units", "stands"),
    [(False, 20, False), (False, 19, True), (True, 20, True), (True, 21, True), (True, 22, False), (True, 0, True)],
)
def test_an_alert_opens_below_the_point_and_ends_well_above_it(is_open, units, stands):
    assert next_state(is_open=is_open, units=units, point=20, closes_at=22) is stands
