"""Finding an order by number and e-mail; whoever guesses learns nothing."""

import re

import pytest

from app.kernel import clock
from tests.web.conftest import htmx

LOOKUP = "/track/"


def told(page):
    """The page without what differs by request."""
    return re.sub(r'value="[^"]*"|number=\S+', "", page.text)


def test_number_and_mail_lead_to_the_order(client, placed):
    answer = client.post(LOOKUP, data={"number": placed.number, "email": "Caspian.Reed@example.com"})

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/track/{placed.tracking_key}"


def test_the_number_may_be_written_in_small_letters(client, placed):
    answer = client.post(LOOKUP, data={"number": f" {placed.number.lower()} ", "email": "caspian.reed@example.com"})

    assert answer.status_code == 303


def test_a_wrong_mail_and_an_unknown_number_get_the_same_answer(client, placed, time_machine):
    time_machine.move_to(clock.now(), tick=False)  # tokens against forged forms carry the second
    wrong_mail = client.post(LOOKUP, data={"number": placed.number, "email": "other@example.com"})
    unknown = client.post(LOOKUP, data={"number": "W-999999", "email": "caspian.reed@example.com"})

    assert wrong_mail.status_code == unknown.status_code == 422
    assert told(wrong_mail) == told(unknown)


def test_five_tries_a_minute_and_no_more(client, placed):
    data = [{"number": f"W-{number}", "email": "a@example.com"} for number in range(6)]

    statuses = [client.post(LOOKUP, data=one).status_code for one in data]

    assert statuses == [422] * 5 + [429]


def test_twenty_tries_a_day_for_one_order_from_wherever_they_come(app, placed):
    data = {"number": placed.number, "email": "wrong@example.com"}

    statuses = [
        app.test_client().post(LOOKUP, data=data, environ_base={"REMOTE_ADDR": f"10.0.0.{host}"}).status_code
        for host in range(21)
    ]

    assert statuses == [422] * 20 + [429]


@pytest.mark.parametrize(
    "data", [{}, {"number": "", "email": ""}, {"number": "a\x00", "email": "b"}, {"number": "%", "email": "%"}]
)
def test_nonsense_is_refused(client, placed, data):
    assert client.post(LOOKUP, data=data).status_code == 422


def test_the_form_works_whole_and_in_part(client, house):
    whole, part = client.get(LOOKUP), client.get(LOOKUP, headers=htmx())

    assert whole.status_code == part.status_code == 200
    assert "<html" not in part.text
