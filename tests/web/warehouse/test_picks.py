"""Pick lists and the walk along one."""

import pytest

from app.kernel.actor import SYSTEM
from app.orders.holds import Stop
from app.workflows.hold_orders import hold_orders
from app.workflows.release_work import release_work
from tests.factories.floor import level, line, order, pick_all, placed, released, works
from tests.web.conftest import htmx


@pytest.fixture
def one(session, house):
    made = released(session, ("TEA-1", 3), ("TEA-2", 1))
    session.commit()
    return made


def url(one, part=""):
    return f"/warehouse/picks/{one.pick_list_id}{part}"


def test_the_walk_shows_the_next_item_and_how_many(one, walter):
    page = walter.get(url(one))

    assert page.status_code == 200
    assert "Scan the item: TEA-1" in page.text
    assert "0 of 4 units" in page.text


def test_htmx_gets_the_station_alone(one, walter):
    part = walter.get(url(one), headers=htmx())

    assert "<html" not in part.text
    assert part.text.lstrip().startswith('<div class="wb-stage" id="station"')


def test_a_stranger_signs_in_first(one, client):
    assert client.get(url(one)).location.startswith("/account/login")


def test_another_sites_list_does_not_exist(one, wendy):
    assert wendy.get(url(one)).status_code == 404
    assert wendy.post(url(one, "/units"), data={"code": "TEA-1"}).status_code == 404
    assert wendy.get(url(one, ".pdf")).status_code == 404


@pytest.mark.parametrize("number", ["999999999999", "99999999999999999999999", "-1"])
def test_a_list_that_does_not_exist_is_not_found(walter, number):
    assert walter.get(f"/warehouse/picks/{number}").status_code == 404


def test_a_scan_counts_one_unit(session, one, walter):
    answer = walter.post(url(one, "/units"), data={"code": "tea-1", "client_scan_id": "s1"}, headers=htmx())

    assert answer.status_code == 200
    assert 'data-state="ok"' in answer.text
    assert line(session, one.order_id).picked == 1


def test_the_same_scan_sent_twice_counts_once(session, one, walter):
    for _ in range(2):
        walter.post(url(one, "/units"), data={"code": "TEA-1", "client_scan_id": "s1"}, headers=htmx())

    assert line(session, one.order_id).picked == 1


def test_the_last_scan_of_an_item_sent_twice_is_told_the_same_again(session, one, walter):
    scan = {"code": "TEA-2", "client_scan_id": "s1"}

    answers = [walter.post(url(one, "/units"), data=scan, headers=htmx()) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert line(session, one.order_id, "TEA-2").picked == 1


def test_the_last_scan_for_one_order_sent_twice_does_not_count_for_the_next(session, house, walter):
    orders = [placed(session, ("TEA-1", 1)) for _ in range(2)]
    ids = [work.id for order_id in orders for work in works(session, order_id)]
    pick_list_id = release_work(session, ids, actor=SYSTEM)[ids[0]]
    session.commit()

    for _ in range(2):
        walter.post(f"/warehouse/picks/{pick_list_id}/units", data={"code": "TEA-1", "client_scan_id": "s1"})

    assert sum(line(session, order_id).picked for order_id in orders) == 1


def test_without_javascript_a_scan_leads_back_to_the_list(session, one, walter):
    answer = walter.post(url(one, "/units"), data={"code": "TEA-1"})

    assert answer.status_code == 303
    assert answer.location.startswith(url(one))
    assert line(session, one.order_id).picked == 1


def test_a_typed_number_counts_so_many_of_the_item_shown(session, one, walter):
    first = one.lines[0]

    walter.post(url(one, "/units"), data={"line": first.id, "quantity": 3, "client_scan_id": "t1"})

    assert line(session, one.order_id).picked == 3


def test_a_wrong_item_is_refused_with_a_sound_and_a_sentence(session, one, walter):
    answer = walter.post(url(one, "/units"), data={"code": "TEA-3"}, headers=htmx())

    assert answer.status_code == 422
    assert 'data-state="error"' in answer.text
    assert "TEA-3 is not asked for here" in answer.text
    assert line(session, one.order_id).picked == 0


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"line": "1"},
        {"quantity": "0"},
        {"quantity": "1e3"},
        {"quantity": "٣"},
        {"code": "x" * 500},
        {"code": "a\x00b"},
        {"line": "9" * 40},
    ],
)
def test_nonsense_is_refused_and_nothing_is_counted(session, one, walter, data):
    answer = walter.post(url(one, "/units"), data=data)

    assert answer.status_code == 422
    assert line(session, one.order_id).picked == 0


def test_a_walk_over_two_orders_gives_each_its_own(session, house, walter):
    orders = [placed(session, ("TEA-1", 1)), placed(session, ("TEA-1", 2))]
    ids = [works(session, id)[0].id for id in orders]
    lists = release_work(session, ids, actor=SYSTEM)
    session.commit()

    for number in range(3):
        walter.post(f"/warehouse/picks/{lists[ids[0]]}/units", data={"code": "TEA-1", "client_scan_id": f"n{number}"})

    assert [line(session, id).picked for id in orders] == [1, 2]


def test_units_can_be_put_back(session, one, walter):
    walter.post(url(one, "/units"), data={"code": "TEA-1"})

    answer = walter.post(url(one, "/returns"), data={"line": one.lines[0].id, "quantity": 1})

    assert answer.status_code == 303
    assert line(session, one.order_id).picked == 0


def test_a_short_pick_says_why_and_is_looked_for_elsewhere(session, one, walter):
    form = walter.get(url(one, f"/shortages/new?line={one.lines[0].id}"))
    data = {"line": one.lines[0].id, "quantity": 2, "reason": "missing", "client_scan_id": "short-1"}

    answer = walter.post(url(one, "/shortages"), data=data)

    assert "What is it?" in form.text
    assert answer.status_code == 303
    assert (line(session, one.order_id).backordered, level(session, "TEA-1", "CMH1").on_hand) == (2, 7)


def test_a_short_pick_without_a_reason_is_asked_for_it(session, one, walter):
    answer = walter.post(url(one, "/shortages"), data={"line": one.lines[0].id, "quantity": 2})

    assert answer.status_code == 422
    assert "What is it?" in answer.text
    assert line(session, one.order_id).backordered == 0


def test_more_than_is_asked_for_cannot_be_short(session, one, walter):
    data = {"line": one.lines[0].id, "quantity": 9, "reason": "missing"}

    answer = walter.post(url(one, "/shortages"), data=data)

    assert answer.status_code == 422
    assert "units are still to pick, so 9 cannot be missing: type" in answer.text
    assert 'value="9"' in answer.text
    assert line(session, one.order_id).backordered == 0


def test_a_held_order_is_passed_over(session, one, walter):
    hold_orders(session, [Stop(order_id=one.order_id, reason="other")], actor=SYSTEM)
    session.commit()

    page = walter.get(url(one)).text

    assert "What is left is on hold" in page
    assert "On hold: set aside" in page


def test_a_finished_walk_leads_to_the_pack_station(session, one, walter):
    pick_all(session, one)
    session.commit()

    assert "All picked" in walter.get(url(one)).text


def test_the_pick_list_and_its_slips_are_pdfs(one, walter):
    for path in (".pdf", "/slips.pdf", "/slips.pdf?paper=4x6"):
        answer = walter.get(url(one, path))
        assert (answer.mimetype, answer.data[:4]) == ("application/pdf", b"%PDF")


def test_the_lists_page_shows_open_lists(session, one, walter):
    page = walter.get("/warehouse/picks/")

    assert f"PL-{one.pick_list_id}" in page.text
    assert "<html" not in walter.get("/warehouse/picks/", headers=htmx()).text


def test_an_empty_lists_page_says_what_to_do(walter):
    assert "No pick list is open" in walter.get("/warehouse/picks/").text


def test_the_customer_is_not_named(session, one, walter):
    assert "Caspian" not in walter.get(url(one)).text
    assert order(session, one.order_id).number in walter.get(url(one)).text


def test_a_short_pick_that_is_sent_twice_leads_back_to_the_list(session, one, walter):
    left = one.lines[0].quantity
    data = {"line": one.lines[0].id, "quantity": left, "reason": "missing", "client_scan_id": "short-2"}

    answers = [walter.post(url(one, "/shortages"), data=data) for _ in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, url(one))] * 2
    assert line(session, one.order_id).backordered == left
