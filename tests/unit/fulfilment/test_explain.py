"""A decision in words."""

from app.fulfilment.decisions import Inputs
from app.fulfilment.explain import Explanation, explain
from app.fulfilment.routing import Candidate, Destination, Need, Rules

HERE = Destination(39_961_200, -82_998_800, "US")


def columbus(**stock: int) -> Candidate:
    return _site(1, "CMH1", "Columbus", (39_900_000, -83_000_000), stock)


def reno(excluded: str = "", **stock: int) -> Candidate:
    return _site(2, "RNO1", "Reno", (39_500_000, -119_800_000), stock, excluded)


def _site(
    id: int, code: str, name: str, place: tuple[int, int], stock: dict[str, int], excluded: str = ""
) -> Candidate:
    units = {{"tea": 1, "pot": 2}[sku]: count for sku, count in stock.items()}
    return Candidate(id, code, name, *place, 100, "US", units, excluded)


def told(*sites: Candidate, tea: int = 0, pot: int = 0, to: Destination = HERE) -> Explanation:
    asked = [Need(10, 1, "TEA-1", tea), Need(11, 2, "POT-1", pot)]
    inputs = Inputs(tuple(need for need in asked if need.quantity), sites, to, Rules(version=12))
    return explain(inputs, inputs.decide())


def test_one_site_that_has_all():
    words = told(columbus(tea=9), reno(tea=9), tea=2)

    assert words.title == "Routed to one site: two units Columbus"
    assert words.sentences == (
        "Columbus sends all two units in one parcel, 7 km away.",
        "Another site could have sent as much in as few parcels: “shortest way” decided.",
    )
    assert [(row.name, row.outcome, row.state) for row in words.rows] == [
        ("CMH1 Columbus", "Chosen", "chosen"),
        ("RNO1 Reno", "3,118 km farther", "passed"),
    ]
    assert words.rules_version == 12


def test_two_sites_because_none_has_all():
    words = told(columbus(tea=4), reno(pot=2), tea=4, pot=2)

    assert words.title == "Routed to two sites: four units Columbus, two units Reno"
    assert words.sentences[0] == (
        "No single site holds all six units. Columbus sends 4 × TEA-1, 7 km away. Reno sends 2 × POT-1, 3,125 km away."
    )
    assert [(row.name, row.units, row.outcome) for row in words.rows] == [
        ("CMH1 Columbus + RNO1 Reno", 6, "Chosen"),
        ("CMH1 Columbus alone", 4, "Holds 4 of 6"),
        ("RNO1 Reno alone", 2, "Holds 2 of 6"),
    ]


def test_units_that_wait_are_named():
    words = told(columbus(tea=1), tea=3)

    assert words.title == "Routed to one site: one unit Columbus, two units backordered"
    assert words.sentences == (
        "Columbus sends one unit of 3 in one parcel, 7 km away.",
        "Two units wait for stock: 2 × TEA-1.",
    )


def test_nothing_anywhere():
    words = told(columbus(), tea=1)

    assert words.title == "Backordered: one unit without stock"
    assert words.sentences == ("No site has the unit available.",)
    assert [(row.name, row.outcome, row.state) for row in words.rows] == [
        ("CMH1 Columbus", "Out: nothing available", "out")
    ]


def test_an_excluded_site_says_why():
    words = told(columbus(tea=1), reno(excluded="short_pick", tea=5), tea=1)

    assert words.sentences == ("Columbus sends the unit in one parcel, 7 km away.",)
    assert words.rows[-1].outcome == "Out: units were not found there"


def test_an_address_without_a_place_says_so():
    words = told(columbus(tea=1), tea=1, to=Destination(None, None, "US"))

    assert words.sentences[-1] == "The place of the address is unknown, so distance played no part."
    assert words.rows[0].distance_km is None
