"""Which places are due, and in which order."""

from datetime import UTC, datetime, timedelta

from app.counting.plan import Proposal, Rule, Spot, due

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def spot(bin_id: int, *, days: int | None = None, classes: str = "C", zone: str = "", short: bool = False) -> Spot:
    """``days`` since it was counted; None: never."""
    return Spot(
        bin_id=bin_id,
        sku_id=None,
        zone=zone,
        classes=frozenset(classes),
        counted_at=None if days is None else NOW - timedelta(days=days),
        was_short=short,
        order=(bin_id, str(bin_id)),
    )


def rule(
    plan_id: int = 1, *, letter: str | None = None, zone: str | None = None, days: int = 30, room: int = 9
) -> Rule:
    return Rule(plan_id=plan_id, abc_class=letter, zone=zone, every_days=days, room=room)


def bins(proposals: list[Proposal]) -> dict[int | None, list[int | None]]:
    return {one.plan_id: [spot.bin_id for spot in one.spots] for one in proposals}


def test_what_was_counted_within_its_days_is_left_alone():
    found = due([spot(1, days=29), spot(2, days=30), spot(3)], [rule()], now=NOW)

    assert bins(found) == {1: [2, 3]}


def test_of_too_many_the_longest_uncounted_are_taken_and_walked_in_order():
    spots = [spot(1, days=40), spot(2, days=90), spot(3), spot(4, days=60)]

    assert bins(due(spots, [rule(room=3)], now=NOW)) == {1: [2, 3, 4]}


def test_a_place_goes_by_the_best_class_that_lies_there():
    spots = [spot(1, classes="AC"), spot(2, classes="C"), spot(3, classes="")]

    assert bins(due(spots, [rule(letter="A"), rule(2, letter="C")], now=NOW)) == {1: [1], 2: [2]}


def test_an_empty_bin_is_counted_with_its_zone():
    spots = [spot(1, classes="", zone="cold"), spot(2, zone="dry")]

    assert bins(due(spots, [rule(zone="cold")], now=NOW)) == {1: [1]}


def test_no_place_is_asked_for_twice():
    spots = [spot(1, classes="A", zone="cold")]

    assert bins(due(spots, [rule(letter="A"), rule(2, zone="cold")], now=NOW)) == {1: [1]}


def test_where_units_were_missing_is_counted_first_whatever_the_plans_say():
    spots = [spot(1, days=1, short=True), spot(2)]

    assert bins(due(spots, [], now=NOW)) == {None: [1]}
    assert bins(due(spots, [rule()], now=NOW)) == {None: [1], 1: [2]}


def test_a_plan_without_room_asks_for_nothing():
    assert due([spot(1)], [rule(room=0), rule(2, room=-3)], now=NOW) == []
