"""Which sites send an order."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fulfilment.distance import metres
from app.fulfilment.routing import Candidate, Destination, Need, Outcome, Rules, route

COLUMBUS = Destination(39_961_200, -82_998_800, "US")
NEAR = (39_900_000, -83_000_000)
MIDDLE = (33_700_000, -84_400_000)
FAR = (39_500_000, -119_800_000)
TEA, POT, CUP = 1, 2, 3


def site(id: int, place: tuple[int, int], priority: int = 100, country: str = "US", excluded: str = "", **stock: int):
    units = {{"tea": TEA, "pot": POT, "cup": CUP}[sku]: count for sku, count in stock.items()}
    return Candidate(id, f"S{id}", f"Site {id}", *place, priority, country, units, excluded)


def needs(*wanted: tuple[int, int]) -> list[Need]:
    return [Need(line, sku, f"SKU-{sku}", quantity) for line, (sku, quantity) in enumerate(wanted, start=1)]


def sent(outcome: Outcome) -> dict[int, list[tuple[int, int]]]:
    """(line, quantity) by site."""
    return {part.site_id: [(one.order_line_id, one.quantity) for one in part.portions] for part in outcome.parts}


def why(outcome: Outcome) -> dict[int, str]:
    return {verdict.site_id: verdict.why for verdict in outcome.considered}


def test_the_nearest_site_that_has_everything_sends_it():
    outcome = route(needs((TEA, 2)), [site(1, FAR, tea=9), site(2, NEAR, tea=9)], COLUMBUS)

    assert sent(outcome) == {2: [(1, 2)]}
    assert outcome.rule == "distance"


def test_one_parcel_from_afar_beats_two_from_nearby():
    sites = [site(1, NEAR, tea=1), site(2, MIDDLE, pot=1), site(3, FAR, tea=1, pot=1)]

    outcome = route(needs((TEA, 1), (POT, 1)), sites, COLUMBUS)

    assert sent(outcome) == {3: [(1, 1), (2, 1)]}
    assert outcome.rule == "parcels"


def test_more_units_beat_fewer_parcels():
    outcome = route(needs((TEA, 5)), [site(1, NEAR, tea=4), site(2, FAR, tea=1)], COLUMBUS)

    assert sent(outcome) == {1: [(1, 4)], 2: [(1, 1)]}
    assert outcome.backordered == ()
    assert outcome.rule == "only"


def test_a_second_site_sends_what_remains_and_not_the_whole_again():
    """Rival's defect 2: five asked of 3 + 10 must not allocate eight."""
    outcome = route(needs((TEA, 5)), [site(1, NEAR, tea=3), site(2, FAR, tea=4)], COLUMBUS)

    assert sent(outcome) == {1: [(1, 3)], 2: [(1, 2)]}


def test_one_sku_on_two_lines_counts_together():
    outcome = route(needs((TEA, 2), (TEA, 2)), [site(1, NEAR, tea=3)], COLUMBUS)

    assert sent(outcome) == {1: [(1, 2), (2, 1)]}
    assert outcome.backordered == ((2, 1),)


def test_a_line_is_kept_whole_where_the_chosen_sites_allow_it():
    sites = [site(1, NEAR, tea=2), site(2, FAR, tea=3, pot=1)]

    outcome = route(needs((TEA, 2), (POT, 1), (TEA, 2)), sites, COLUMBUS)

    assert sent(outcome) == {1: [(1, 2)], 2: [(2, 1), (3, 2)]}


def test_priority_decides_between_sites_in_one_place():
    outcome = route(needs((TEA, 1)), [site(1, NEAR, 20, tea=1), site(2, NEAR, 10, tea=1)], COLUMBUS)

    assert sent(outcome) == {2: [(1, 1)]}
    assert outcome.rule == "priority"


def test_the_code_decides_when_all_else_is_equal():
    outcome = route(needs((TEA, 1)), [site(2, NEAR, tea=1), site(1, NEAR, tea=1)], COLUMBUS)

    assert sent(outcome) == {1: [(1, 1)]}
    assert outcome.rule == "code"


def test_without_a_place_priority_decides():
    nowhere = Destination(None, None, "US")

    outcome = route(needs((TEA, 1)), [site(1, NEAR, 20, tea=1), site(2, FAR, 10, tea=1)], nowhere)

    assert sent(outcome) == {2: [(1, 1)]}
    assert outcome.considered[0].distance_m is None


def test_nothing_anywhere_waits():
    outcome = route(needs((TEA, 2)), [site(1, NEAR), site(2, FAR, pot=3)], COLUMBUS)

    assert outcome.parts == ()
    assert outcome.backordered == ((1, 2),)
    assert why(outcome) == {1: "nothing_available", 2: "nothing_available"}


def test_an_excluded_site_is_passed_over_with_its_reason():
    outcome = route(needs((TEA, 1)), [site(1, NEAR, excluded="short_pick", tea=9), site(2, FAR, tea=9)], COLUMBUS)

    assert sent(outcome) == {2: [(1, 1)]}
    assert why(outcome) == {1: "short_pick", 2: "chosen"}


@pytest.mark.parametrize(
    ("rules", "reason"),
    [(Rules(across_borders=False), "other_country"), (Rules(max_distance_m=1_000_000), "too_far")],
)
def test_a_site_beyond_the_limits_is_out_with_the_limit_named(rules, reason):
    outcome = route(needs((TEA, 1)), [site(1, FAR, country="MX", tea=9), site(2, NEAR)], COLUMBUS, rules)

    assert outcome.parts == ()
    assert why(outcome)[1] == reason


def test_the_limit_on_parcels_leaves_the_rest_waiting():
    sites = [site(1, NEAR, tea=3), site(2, MIDDLE, tea=2), site(3, FAR, tea=4)]

    outcome = route(needs((TEA, 9)), sites, COLUMBUS, Rules(max_sites=2))

    assert sent(outcome) == {1: [(1, 3)], 3: [(1, 4)]}
    assert outcome.backordered == ((1, 2),)
    assert outcome.rule == "units"


def test_many_sites_are_added_one_by_one_and_needless_ones_dropped():
    sites = [site(id, (NEAR[0], NEAR[1] - id * 100_000), tea=1) for id in range(1, 20)] + [site(20, FAR, tea=4)]

    outcome = route(needs((TEA, 6)), sites, COLUMBUS)

    assert sorted(sent(outcome)) == [1, 2, 20]
    assert outcome.rule == "greedy"


@pytest.mark.parametrize(
    ("from_place", "to_place", "expected"),
    [
        ((0, 0), (0, 0), 0),
        ((0, 0), (0, 1_000_000), 111_195),
        ((40_712_800, -74_006_000), (34_052_200, -118_243_700), 3_935_752),
        ((0, 0), (0, 180_000_000), 20_015_115),
    ],
)
def test_distances_are_great_circles_in_metres(from_place, to_place, expected):
    assert metres(*from_place, *to_place) == pytest.approx(expected, abs=12)
    assert metres(*from_place, *to_place) == metres(*to_place, *from_place)


small_sites = st.lists(
    st.builds(
        lambda place, priority, stock: (place, priority, stock),
        st.sampled_from([NEAR, MIDDLE, FAR]),
        st.sampled_from([10, 20]),
        st.fixed_dictionaries({sku: st.integers(0, 4) for sku in ("tea", "pot", "cup")}),
    ),
    min_size=1,
    max_size=5,
).map(lambda rows: [site(id, place, priority, **stock) for id, (place, priority, stock) in enumerate(rows, start=1)])
wanted_lines = st.lists(st.tuples(st.sampled_from([TEA, POT, CUP]), st.integers(1, 6)), min_size=1, max_size=4).map(
    lambda rows: needs(*rows)
)


@given(wanted_lines, small_sites)
def test_every_unit_is_sent_once_or_waits_and_no_site_sends_more_than_it_has(wanted, sites):
    outcome = route(wanted, sites, COLUMBUS)

    given_out: dict[tuple[int, int], int] = {}
    by_line = dict(outcome.backordered)
    for part in outcome.parts:
        assert part.portions
        for portion in part.portions:
            assert portion.quantity > 0
            by_line[portion.order_line_id] = by_line.get(portion.order_line_id, 0) + portion.quantity
            key = (part.site_id, portion.sku_id)
            given_out[key] = given_out.get(key, 0) + portion.quantity
    stock = {(one.site_id, sku): units for one in sites for sku, units in one.available.items()}
    assert by_line == {need.order_line_id: need.quantity for need in wanted}
    assert all(units <= stock[key] for key, units in given_out.items())


@given(wanted_lines, small_sites)
def test_no_other_set_of_sites_is_better(wanted, sites):
    """A slow judge that tries everything, and knows nothing of the router."""
    outcome = route(wanted, sites, COLUMBUS)

    demand = {sku: sum(need.quantity for need in wanted if need.sku_id == sku) for sku in (TEA, POT, CUP)}

    def rank(group):
        units = sum(min(demand[sku], sum(one.available[sku] for one in group)) for sku in demand)
        distance = sum(
            metres(one.latitude_e6, one.longitude_e6, COLUMBUS.latitude_e6, COLUMBUS.longitude_e6) for one in group
        )
        return -units, len(group), distance, sorted(one.priority for one in group), sorted(one.code for one in group)

    best = min((group for size in range(len(sites) + 1) for group in combinations(sites, size)), key=rank)
    assert sorted(part.site_id for part in outcome.parts) == sorted(one.site_id for one in best)


@given(wanted_lines, small_sites, st.randoms())
def test_the_order_in_which_sites_are_listed_does_not_matter(wanted, sites, random):
    mixed = list(sites)
    random.shuffle(mixed)

    assert route(wanted, mixed, COLUMBUS).parts == route(wanted, sites, COLUMBUS).parts
