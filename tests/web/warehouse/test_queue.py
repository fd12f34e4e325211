"""The queue of a site, releasing, and the way to work from a barcode."""

import pytest

from app.kernel.actor import SYSTEM
from app.orders.holds import Stop
from app.workflows.hold_orders import hold_orders
from tests.factories.floor import line, order, order_of_parcel, packed, pick_all, placed, released, works
from tests.web.conftest import htmx

QUEUE = "/warehouse/queue/"


def made(session, *lines, **changes):
    """The work of a new order, with its code."""
    order_id = placed(session, *(lines or [("TEA-1", 2)]), **changes)
    session.commit()
    [one] = works(session, order_id)
    return one, f"{order(session, order_id).number}-1"


def test_the_queue_shows_what_waits_to_be_released(session, walter):
    one, code = made(session)

    page = walter.get(QUEUE)

    assert page.status_code == 200
    assert f'id="work-{one.id}"' in page.text
    assert code in page.text


def test_htmx_gets_the_list_alone(session, walter):
    made(session)

    part = walter.get(QUEUE, headers=htmx())

    assert "<html" not in part.text
    assert 'id="queue"' in part.text


def test_a_stranger_signs_in_first(client, house):
    answer = client.get(QUEUE)

    assert (answer.status_code, answer.location.split("?")[0]) == (302, "/account/login")


def test_work_of_another_site_is_not_shown(session, wendy):
    one, code = made(session)

    assert code not in wendy.get(QUEUE).text
    assert wendy.get(f"/warehouse/work/{code}").status_code == 404
    assert wendy.post("/warehouse/releases/", data={"selected": one.id}).status_code == 404


def test_a_site_that_is_not_ones_own_does_not_exist(walter):
    assert walter.get(QUEUE, query_string={"site": "RNO1"}).status_code == 404


def test_an_admin_sees_every_site_and_can_choose_one(session, house, login):
    _, code = made(session)
    alice = login("admin")

    assert code in alice.get(QUEUE).text
    assert code not in alice.get(QUEUE, query_string={"site": "RNO1"}).text


@pytest.mark.parametrize(
    ("view", "make"),
    [
        ("pick", lambda session: released(session, ("TEA-1", 2)).order_id),
        ("pack", lambda session: pick_all(session, released(session, ("TEA-1", 2))).order_id),
        ("ship", lambda session: order_of_parcel(session, packed(session, ("TEA-1", 2)))),
    ],
)
def test_each_stage_has_its_list(session, walter, view, make):
    order_id = make(session)
    session.commit()

    number = order(session, order_id).number
    assert number in walter.get(QUEUE, query_string={"view": view}).text
    assert number not in walter.get(QUEUE).text


def test_an_empty_queue_says_what_comes_here(walter):
    assert "Nothing waits to be released" in walter.get(QUEUE).text


def test_one_press_releases_and_leads_to_the_pick_list(session, walter):
    one, _ = made(session)

    answer = walter.post("/warehouse/releases/", data={"selected": one.id})

    [after] = works(session, one.order_id)
    assert (answer.status_code, answer.location) == (303, f"/warehouse/picks/{after.pick_list_id}")
    assert after.state == "released"


def test_many_are_released_to_one_list_and_the_unfit_stay(session, walter):
    first, _ = made(session)
    second, _ = made(session, ("TEA-2", 1))
    held, _ = made(session)
    hold_orders(session, [Stop(order_id=held.order_id, reason="other")], actor=SYSTEM)
    session.commit()

    walter.post("/warehouse/releases/", data={"selected": [first.id, second.id, held.id]})

    states = [works(session, one.order_id)[0].state for one in (first, second, held)]
    assert states == ["released", "released", "open"]
    assert "The order is on hold" in walter.get(QUEUE).text


@pytest.mark.parametrize("selected", [None, "x", "-1", "9" * 30, "1e3"])
def test_a_selection_that_is_none_releases_nothing(walter, selected):
    answer = walter.post("/warehouse/releases/", data={"selected": selected} if selected else {})

    assert answer.status_code == 303
    assert "Nothing was selected" in walter.get(QUEUE).text


def test_work_can_be_taken_back(session, walter):
    one, _ = made(session)
    walter.post("/warehouse/releases/", data={"selected": one.id})

    answer = walter.post("/warehouse/recalls/", data={"selected": one.id})

    assert answer.status_code == 303
    assert line(session, one.order_id).released == 0


def test_a_scanned_slip_leads_to_its_work(session, walter):
    _, code = made(session)

    assert walter.get("/warehouse/work/", query_string={"code": code.lower()}).location == f"/warehouse/work/{code}"
    assert walter.get("/warehouse/work/", query_string={"code": "PL-12"}).location == "/warehouse/picks/12"


@pytest.mark.parametrize("code", ["", "W-1", "PL-x", "\x07", "x" * 300, "PL-" + "9" * 40, "W-100001-٣"])
def test_a_code_that_leads_nowhere_says_so(walter, code):
    answer = walter.get("/warehouse/work/", query_string={"code": code}, follow_redirects=True)

    assert answer.status_code == 200
    assert ("Nothing here is called" if code.isprintable() and code else "Scan any code") in answer.text


def test_the_works_page_shows_lines_and_what_can_be_done(session, walter):
    one, code = made(session)

    page = walter.get(f"/warehouse/work/{code}")

    assert "Tea TEA-1" in page.text
    assert f'name="selected" value="{one.id}"' in page.text
    assert "<html" not in walter.get(f"/warehouse/work/{code}", headers=htmx()).text


def test_the_works_page_names_no_more_of_the_customer_than_where_it_goes(session, walter):
    _, code = made(session)

    page = walter.get(f"/warehouse/work/{code}").text

    assert "Columbus" in page
    assert "Caspian" not in page
    assert "Linden Street" not in page


def test_the_packing_slip_is_a_pdf(session, walter):
    _, code = made(session)

    answer = walter.get(f"/warehouse/work/{code}/slip.pdf")

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
