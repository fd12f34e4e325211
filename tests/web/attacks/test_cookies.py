"""Cookies signed with other keys, and tracking links of other customers."""

import pytest
from flask.testing import FlaskClient

from app.kernel.actor import SYSTEM
from app.web.sessions import STRANGER, RowSessions
from app.workflows.place_orders import place_orders
from tests.factories.house import order_request
from tests.web.shell.conftest import build  # noqa: F401

NOW, FORMER, LONG_AGO = ("now " * 12, "former " * 8, "long ago " * 6)


@pytest.fixture
def visit(build, cast):  # noqa: F811
    """The session of a browser whose stranger's cookie was signed with this key."""
    app = build(secret_key=NOW, former_secret_keys=(FORMER,))

    def call(key: str, *, flip: bool = False) -> dict[str, object]:
        cookie = STRANGER + str(RowSessions([key]).serializer.dumps({"seen": "yes"}))
        browser = app.test_client()
        browser.set_cookie(
            "sid", cookie[:-1] + ("A" if cookie[-1] != "A" else "B") if flip else cookie, domain="localhost"
        )
        assert browser.get("/account/login").status_code == 200
        return session_of(browser)

    return call


def session_of(browser: FlaskClient) -> dict[str, object]:
    with browser.session_transaction() as kept:
        return dict(kept)


@pytest.mark.parametrize("key", [NOW, FORMER])
def test_a_cookie_of_a_key_that_still_counts_is_read(visit, key):
    assert visit(key)["seen"] == "yes"


def test_a_cookie_of_a_key_beyond_the_fallbacks_is_a_stranger(visit):
    assert "seen" not in visit(LONG_AGO)


def test_a_cookie_with_a_changed_sign_is_a_stranger(visit):
    assert "seen" not in visit(NOW, flip=True)


def test_each_tracking_link_opens_its_own_order_alone(client, session, house):
    requests = [
        order_request((sku, 1), contact=contact(city)) for sku, city in (("TEA-1", "Reno"), ("TEA-2", "Columbus"))
    ]
    first, second = place_orders(session, requests, actor=SYSTEM)
    session.commit()

    pages = [client.get(f"/track/{one.tracking_key}").text for one in (first, second, first)]

    assert ["Reno" in page for page in pages] == [True, False, True]
    assert ["Columbus" in page for page in pages] == [False, True, False]
    assert [str(second.number) in page for page in pages] == [False, True, False]
    assert client.get("/account/").status_code == 302


def contact(city: str):
    return order_request().contact.__class__(
        name="Caspian Reed", city=city, country="US", region="NV" if city == "Reno" else "OH",
        postal_code="89501" if city == "Reno" else "43215",
    )  # fmt: skip
