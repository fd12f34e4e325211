"""Addresses on paper, country by country."""

import pytest

from app.documents.addresses import Address, address_lines


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (
            Address(
                name="Ann",
                street="14 Linden St\nApt 2",
                city="Columbus",
                region="OH",
                postal_code="43215",
                country="US",
            ),
            ("Ann", "14 Linden St", "Apt 2", "Columbus, OH 43215", "United States"),
        ),
        (
            Address(name="Ann", street="Karl-Liebknecht-Str. 1", city="Leipzig", postal_code="04109", country="DE"),
            ("Ann", "Karl-Liebknecht-Str. 1", "04109 Leipzig", "Germany"),
        ),
        (Address(name="Ann", city="Pune", region="MH", country="IN"), ("Ann", "Pune, MH", "India")),
        (Address(name="Ann", region="Bavaria", country="DE"), ("Ann", "Bavaria", "Germany")),
        (Address(country="XX"), ("XX",)),
        (Address(), ()),
    ],
)
def test_an_address_is_written_as_its_country_does(address, lines):
    assert address_lines(address) == lines
