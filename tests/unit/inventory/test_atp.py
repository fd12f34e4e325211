"""What can be promised when: Oracle's published example, row by row, and properties of any supply and demand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import Config, InvalidSetting
from app.inventory.atp import Flow, days_of_change, outlook, weeks

FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(8)]
SUPPLY = (6, 4, 2, 4, 8, 4, 4, 4)
DEMAND = (6, 2, 3, 6, 6, 1, 2, 2)


def flows(units):
    return [Flow(on=day, quantity=quantity) for day, quantity in zip(DAYS, units, strict=True)]


def example(more=()):
    return outlook(DAYS, ends_on=DAYS[-1], opening=0, supply=flows(SUPPLY), demand=[*flows(DEMAND), *more])


def row(name, of=None):
    return tuple(getattr(period, name) for period in (of or example()).periods)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("supply", (6, 4, 2, 4, 8, 4, 4, 4)),
        ("demand", (6, 2, 3, 6, 6, 1, 2, 2)),
        ("projected", (0, 2, 1, -1, 1, 4, 6, 8)),
        ("own_atp", (0, 2, -1, -2, 2, 3, 2, 2)),
        ("atp", (0, 0, 0, -1, 2, 3, 2, 2)),
        ("cumulative", (-1, -1, -1, -1, 1, 4, 6, 8)),
    ],
)
def test_the_published_example_is_answered_row_by_row(name, expected):
    assert row(name) == expected


def test_three_wanted_in_period_7_are_answered_by_period_6_which_has_none_left_after():
    answer = example().by_period(3, DAYS[6])
    after = example([Flow(on=answer.starts_on, quantity=3)])

    assert answer.starts_on == DAYS[5]
    assert row("atp", after)[5] == 0


def test_our_own_promise_is_the_first_day_from_which_nobody_else_needs_them():
    assert example().earliest(4).starts_on == DAYS[5]
    assert example().earliest(1).starts_on == DAYS[4]
    assert example().earliest(9) is None


def test_what_period_atp_cannot_give_by_the_wanted_day_it_gives_by_the_next_that_can():
    assert example().by_period(2, DAYS[2]).starts_on == DAYS[4]
    assert example().by_period(4, DAYS[7]) is None


def test_overdue_supply_is_promised_to_nobody_and_named():
    seen = outlook(
        DAYS, ends_on=DAYS[-1], opening=1, supply=[Flow(on=FIRST - timedelta(days=1), quantity=40)], demand=[]
    )

    assert seen.overdue == 40
    assert seen.earliest(2) is None


def test_what_comes_beyond_the_horizon_is_named_and_left_out():
    seen = outlook(
        DAYS, ends_on=DAYS[-1], opening=0, supply=[Flow(on=FIRST + timedelta(days=400), quantity=3)], demand=[]
    )

    assert (seen.beyond, seen.earliest(1)) == (3, None)


def test_demand_from_before_today_is_wanted_today():
    seen = outlook(
        DAYS, ends_on=DAYS[-1], opening=5, supply=[], demand=[Flow(on=FIRST - timedelta(days=9), quantity=2)]
    )

    assert row("cumulative", seen) == (3,) * 8


def test_the_horizon_reaches_half_a_year_at_least():
    needed = {"DATABASE_URL": "x", "REDIS_URL": "x", "SECRET_KEY": "x"}

    assert Config.from_environment(needed).horizon_days == 365
    with pytest.raises(InvalidSetting, match="HORIZON_DAYS='179' is not a whole number from 180"):
        Config.from_environment({**needed, "HORIZON_DAYS": "179"})


def test_weeks_begin_today_and_then_on_mondays():
    assert weeks(date(2026, 11, 25), 3) == [date(2026, 11, 25), date(2026, 11, 30), date(2026, 12, 7)]


units = st.integers(min_value=0, max_value=30)
some_flows = st.lists(
    st.builds(Flow, on=st.integers(-3, 25).map(lambda n: FIRST + timedelta(days=n)), quantity=units), max_size=12
)


@given(opening=units, supply=some_flows, demand=some_flows)
def test_what_is_promised_never_makes_a_later_balance_worse_than_it_was_going_to_be(opening, supply, demand):
    starts = days_of_change(FIRST, [*supply, *demand])
    ends_on = FIRST + timedelta(days=20)
    starts = [day for day in starts if day <= ends_on]
    seen = outlook(starts, ends_on=ends_on, opening=opening, supply=supply, demand=demand)

    for wanted in range(1, 12):
        at = seen.earliest(wanted)
        if at is not None:
            taken = [*demand, Flow(on=at.starts_on, quantity=wanted)]
            after = outlook(starts, ends_on=ends_on, opening=opening, supply=supply, demand=taken)
            assert min(period.projected for period in after.periods if period.starts_on >= at.starts_on) >= 0


@given(opening=units, supply=some_flows, demand=some_flows)
def test_both_figures_tell_of_the_same_units(opening, supply, demand):
    starts = [FIRST + timedelta(days=number) for number in range(0, 26, 2)]
    seen = outlook(starts, ends_on=starts[-1] + timedelta(days=1), opening=opening, supply=supply, demand=demand)
    periods = seen.periods

    assert sum(period.atp for period in periods) == sum(period.own_atp for period in periods) == periods[-1].projected
    assert list(row("cumulative", seen)) == sorted(row("cumulative", seen))
    assert all(period.atp <= max(period.own_atp, 0) for period in periods)


@given(opening=units, supply=some_flows, demand=some_flows, wanted=st.integers(1, 40))
def test_the_day_found_by_days_of_change_is_the_day_found_day_by_day(opening, supply, demand, wanted):
    ends_on = FIRST + timedelta(days=30)
    every_day = [FIRST + timedelta(days=number) for number in range(31)]
    few = days_of_change(FIRST, [*supply, *demand])
    answers = [
        outlook(starts, ends_on=ends_on, opening=opening, supply=supply, demand=demand).earliest(wanted)
        for starts in (few, every_day)
    ]

    assert answers[0] is None if answers[1] is None else answers[0].starts_on == answers[1].starts_on
