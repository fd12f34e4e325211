"""Addresses are found offline."""

import pytest

from app.fulfilment.geography import locate


@pytest.mark.parametrize(
    ("address", "latitude", "longitude"),
    [
        (("US", "43215", "Columbus", "OH"), 39.97, -83.0),
        (("US", "10024-1234", "", ""), 40.79, -73.97),
        (("us", " 05401 ", "Burlington", "Vermont"), 44.48, -73.22),
        (("US", "5401", "Burlington", "Vermont"), 44.48, -73.22),
        (("US", "501", "", "New York"), 40.82, -73.05),
        (("US", "", "Burlington", "Vermont"), 44.48, -73.22),
        (("US", "99999", "Chicago", "Illinois"), 41.89, -87.62),
        (("US", "", "New  YORK", ""), 40.71, -74.01),
        (("IN", "560001", "Bengaluru", "Karnataka"), 12.98, 77.59),
        (("IN", "400 001", "", ""), 18.94, 72.84),
        (("IN", "000000", "Bangalore", ""), 12.97, 77.59),
        (("DE", "80331", "München", "Bayern"), 48.14, 11.58),
        (("AT", "8010", "Graz", ""), 47.07, 15.44),
    ],
)
def test_a_place_is_found(address, latitude, longitude):
    found = locate(*address)

    assert found is not None
    assert found[0] / 1e6 == pytest.approx(latitude, abs=0.03)
    assert found[1] / 1e6 == pytest.approx(longitude, abs=0.03)


@pytest.mark.parametrize(
    "address",
    [
        ("US", "00000", "", ""),
        ("US", "5401", "", "California"),
        ("US", "5401", "", ""),
        ("US", "\u0660\u0665\u0664\u0660\u0661", "", ""),
        ("US", "", "Nowhere at all", "Ohio"),
        ("IN", "012345", "", ""),
        ("ZZ", "1", "Nowhere", ""),
        ("", "43215", "", ""),
    ],
)
def test_a_place_that_is_unknown_is_none(address):
    assert locate(*address) is None
