"""GTINs and their check digits."""

import pytest

from app.catalogue.gtin import checked
from app.kernel.errors import Invalid


@pytest.mark.parametrize("gtin", ["4006381333931", "96385074", "036000291452", "10614141000415", "4006381-333931"])
def test_a_gtin_with_its_check_digit_is_read(gtin):
    assert checked(gtin) == gtin.replace("-", "")


@pytest.mark.parametrize("gtin", ["4006381333932", "123", "abcdefgh", "400638133393١"])
def test_a_mistyped_gtin_is_refused(gtin):
    with pytest.raises(Invalid):
        checked(gtin)


def test_no_gtin_is_none():
    assert checked(" ") is None
