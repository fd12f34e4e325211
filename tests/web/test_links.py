"""Addresses that leave the house."""

import pytest

from app.web.links import absolute, absolute_of


@pytest.mark.parametrize("number", ["W-100042", "a b", "a/b", "ä?#%&=+", "0", "W-0"])
def test_an_address_asked_for_with_every_order_is_the_one_that_flask_builds(app, number):
    with app.test_request_context("/"):
        expected = absolute("api.orders.show", number=number)
        assert [absolute_of("api.orders.show", "number", number) for _ in range(2)] == [expected] * 2
