"""Which stock rule counts: goods before sites before channels before days."""

from datetime import date

import pytest

from app.inventory.rule_choice import Place, Rule, choose

DAY = date(2026, 11, 27)
HERE = Place(sku="TEA-1", category="Tea", site="RNO1")


def rule(units, **scope):
    return Rule(**{"id": units, "kind": "safety", "units": units, **scope})


def test_without_a_rule_nothing_is_kept():
    choice = choose([], "safety", HERE, DAY)

    assert (choice.units, choice.reason) == (0, "no rule says anything here")


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        (rule(1), rule(2, category="Tea")),
        (rule(1, category="Tea"), rule(2, sku="TEA-1")),
        (rule(1, category="Tea", site="RNO1"), rule(2, sku="TEA-1")),
        (rule(1), rule(2, site="RNO1")),
        (rule(1, sku="TEA-1"), rule(2, sku="TEA-1", site="RNO1")),
        (rule(1), rule(2, from_on=DAY, until_on=DAY)),
        (rule(1, from_on=date(2026, 1, 1)), rule(2, from_on=DAY)),
        (rule(1, category="Tea", from_on=DAY), rule(2, sku="TEA-1")),
    ],
)
def test_the_more_specific_rule_counts_whichever_comes_first(weaker, stronger):
    assert choose([weaker, stronger], "safety", HERE, DAY).units == 2
    assert choose([stronger, weaker], "safety", HERE, DAY).units == 2


@pytest.mark.parametrize(
    "other",
    [
        rule(9, sku="TEA-2"),
        rule(9, category="Coffee"),
        rule(9, site="CMH1"),
        rule(9, from_on=date(2026, 11, 28)),
        rule(9, until_on=date(2026, 11, 26)),
        rule(9, kind="reorder"),
    ],
)
def test_rules_of_others_and_of_other_days_do_not_count(other):
    assert choose([other, rule(3)], "safety", HERE, DAY).units == 3


def test_both_days_of_a_rule_belong_to_it():
    dated = rule(4, from_on=DAY, until_on=DAY)

    assert choose([dated], "safety", HERE, DAY).units == 4


def test_the_reason_names_the_rule_and_what_it_goes_before():
    rules = [rule(2), rule(6, sku="TEA-1", site="RNO1", from_on=date(2026, 11, 20), until_on=date(2026, 12, 2))]

    reason = choose(rules, "safety", HERE, DAY).reason

    assert reason == (
        "rule for SKU TEA-1 at RNO1, from 20 November 2026 until 2 December 2026; it goes before 2 for all SKUs"
        " at all sites"
    )


def test_units_held_back_from_one_channel_go_before_those_of_all():
    rules = [
        rule(5, kind="channel_buffer", sku="TEA-1"),
        rule(1, kind="channel_buffer", sku="TEA-1", channel="web"),
    ]

    assert choose(rules, "channel_buffer", Place(sku="TEA-1", channel="web"), DAY).units == 1
    assert choose(rules, "channel_buffer", Place(sku="TEA-1", channel="phone"), DAY).units == 5
