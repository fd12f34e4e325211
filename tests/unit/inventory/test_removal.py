"""Which units leave first."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.inventory.places import Place
from app.inventory.removal import STRATEGIES, Choice, choose

TODAY = date(2026, 11, 25)
PLACE = Place(
    sku_id=1,
    site_id=1,
    bin_id=1,
    lot_id=None,
    condition="good",
    quantity=10,
    bin_code="A-1",
    bin_kind="pick",
    pick_sequence=1,
    lot_code="",
    expires_on=None,
    remove_on=None,
    received_on=None,
    is_frozen=False,
)


def lot(number: int, *, received: int = 0, expires: int = 100, removed: int | None = None, quantity: int = 10) -> Place:
    """A lot in a bin of its own; days are counted from today."""
    expires_on = TODAY + timedelta(days=expires)
    return replace(
        PLACE,
        bin_id=number,
        bin_code=f"A-{number}",
        pick_sequence=number,
        lot_id=number,
        lot_code=f"L{number}",
        received_on=TODAY + timedelta(days=received),
        expires_on=expires_on,
        remove_on=expires_on if removed is None else TODAY + timedelta(days=removed),
        quantity=quantity,
    )


def lots(choice: Choice) -> list[tuple[int | None, int]]:
    return [(portion.lot_id, portion.quantity) for portion in choice.portions]


FIRST = lot(1, received=-30, expires=300)
SECOND = lot(2, received=-20, expires=100)
THIRD = lot(3, received=-10, expires=200)


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("fifo", [(1, 10), (2, 10), (3, 5)]),
        ("lifo", [(3, 10), (2, 10), (1, 5)]),
        ("fefo", [(2, 10), (3, 10), (1, 5)]),
        ("closest", [(1, 10), (2, 10), (3, 5)]),
    ],
)
def test_each_strategy_has_its_own_order(strategy: str, expected: list[tuple[int, int]]) -> None:
    choice = choose([THIRD, FIRST, SECOND], 25, strategy=strategy, today=TODAY)

    assert lots(choice) == expected
    assert choice.missing == 0


def test_first_expired_goes_by_the_day_of_removal_not_of_expiry() -> None:
    sooner_removed = lot(4, expires=400, removed=50)

    choice = choose([SECOND, sooner_removed], 3, strategy="fefo", today=TODAY)

    assert lots(choice) == [(4, 3)]


def test_goods_without_an_expiry_leave_last() -> None:
    choice = choose([PLACE, SECOND], 12, strategy="fefo", today=TODAY)

    assert lots(choice) == [(2, 10), (None, 2)]


@pytest.mark.parametrize(
    ("place", "why"),
    [
        (replace(SECOND, condition="damaged"), "it is damaged"),
        (replace(SECOND, is_frozen=True), "lot L2 is frozen"),
        (replace(SECOND, bin_kind="quarantine"), "nobody picks from a quarantine bin"),
        (lot(2, removed=0), f"lot L2 was to be removed on {TODAY}"),
        (lot(2, expires=29), "lot L2 expires on 2026-12-24, this customer needs it until 2026-12-25"),
    ],
)
def test_what_may_not_be_sent_is_left_out_with_the_reason(place: Place, why: str) -> None:
    choice = choose([place], 1, strategy="fefo", today=TODAY, least_shelf_life_days=30)

    assert choice.missing == 1
    assert choice.left_out == {place: why}


def test_the_last_day_a_customer_needs_is_long_enough() -> None:
    choice = choose([lot(2, expires=30)], 1, strategy="fefo", today=TODAY, least_shelf_life_days=30)

    assert choice.missing == 0


def test_one_lot_that_has_all_is_preferred_where_only_the_walk_decides() -> None:
    near, far = lot(1, quantity=3), lot(2, quantity=8)

    assert lots(choose([near, far], 5, strategy="closest", today=TODAY)) == [(2, 5)]
    assert lots(choose([near, far], 9, strategy="closest", today=TODAY)) == [(1, 3), (2, 6)]


def test_what_is_still_on_the_dock_is_taken_when_the_shelves_have_no_more() -> None:
    dock = replace(lot(1, received=-90, quantity=5), bin_kind="receiving")

    assert lots(choose([dock, SECOND], 12, strategy="fifo", today=TODAY)) == [(2, 10), (1, 2)]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_ties_are_settled_the_same_way_whatever_the_order_of_reading(strategy: str) -> None:
    twins = [replace(lot(number, received=-5), pick_sequence=0) for number in (1, 2, 3)]

    one = choose(twins, 15, strategy=strategy, today=TODAY)

    assert one.portions == choose(twins[::-1], 15, strategy=strategy, today=TODAY).portions
