"""Titles that say what a chart shows, and the small lines beside key figures."""

from datetime import date

import pytest

from app.analytics import findings
from app.analytics.asked import Sales, SalesRow
from app.analytics.periods import Period
from app.analytics.sparks import spark

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def total(minor: int, *, units: int = 1) -> Sales:
    return Sales(currency="USD", net_minor=minor, orders=units, units=units)


def row(key: str, minor: int, name: str = "") -> SalesRow:
    return SalesRow(currency="USD", key=key, name=name, net_minor=minor, orders=1, units=1)


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (1197, 1000, "19.7 % above"),
        (989, 1000, "1.1 % below"),
        (1000, 1000, "as much as"),
        (100_001, 100_000, "as much as"),
        (3000, 1, "299,900.0 % above"),
        (0, 1000, "100.0 % below"),
        (5, 0, ""),
        (5, -1, ""),
    ],
)
def test_a_change_is_said_in_tenths_of_a_per_cent(now, before, words):
    assert findings.change(now, before) == words


@pytest.mark.parametrize(
    ("part", "whole", "words"), [(1, 3, "33.3 %"), (2, 3, "66.7 %"), (0, 0, "0 %"), (5, 5, "100.0 %")]
)
def test_a_share_is_rounded_half_up(part, whole, words):
    assert findings.share(part, whole) == words


def test_a_title_compares_or_else_names_the_best():
    rows = [row("2026-02", 100), row("2026-03", 900)]

    assert findings.over_time(total(1197), total(1000), rows) == "Net sales are 19.7 % above the period before"
    assert findings.over_time(total(1000), total(0, units=0), rows) == "March 2026 was best, with USD 9.00"
    assert findings.over_time(total(0, units=0), total(1000), []) == findings.NOTHING


def test_a_ranking_names_its_leader():
    rows = [row("web", 610, "Web shop"), row("pos", 390, "Point of sale")]

    assert findings.leader(rows, total(1000), "brings") == "Web shop brings 61.0 % of net sales"
    assert findings.best(rows, "sells best") == "Web shop sells best: USD 6.10"
    assert findings.leader([], total(0, units=0), "brings") == findings.NOTHING


def test_orders_without_a_region_are_called_so():
    assert findings.leader([row("", 10)], total(10), "brings") == "No region brings all net sales"


def test_a_summary_says_total_highest_and_lowest():
    rows = [row("West", 900), row("East", 100)]

    said = findings.summary(rows, total(1000, units=4), MARCH)

    assert said == (
        "1 March 2026 to 31 March 2026: USD 10.00 in 4 orders and 4 units."
        " Highest: West with USD 9.00. Lowest: East with USD 1.00."
    )


def test_a_small_line_runs_from_edge_to_edge():
    line = spark([0, 10, 5])

    assert line.path == "M4.0,28.0 L49.0,4.0 L94.0,16.0"
    assert (line.x, line.y) == ("94.0", "16.0")


def test_a_flat_line_runs_along_the_middle_and_one_point_is_no_line():
    assert spark([3, 3]).path == "M4.0,16.0 L94.0,16.0"
    assert spark([3]) is None
