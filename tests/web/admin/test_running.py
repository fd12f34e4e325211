"""Dead letters, messages, sessions and the audit: what an administrator watches."""

import pytest
from sqlalchemy import text

from tests.web.conftest import htmx


@pytest.fixture
def admin(login):
    return login("admin")


@pytest.fixture
def letters(session, bound) -> list[int]:
    """One given up, one uncertain, one that is merely waiting."""
    statement = text(
        "INSERT INTO deliveries (handler, queue, ids, state, attempt, last_error) VALUES"
        " ('slips.make', 'documents', '{\"fulfilment_order_id\": 12}', 'dead', 20, 'NotFound: the file is <gone>'),"
        " ('messages.send', 'notifications', '{\"message_id\": 3}', 'uncertain', 1, 'the worker ended'),"
        " ('messages.send', 'notifications', '{}', 'ready', 0, '') RETURNING id"
    )
    ids = list(session.scalars(statement))
    session.commit()
    return ids


def states(session, ids: list[int]) -> list[str]:
    return list(session.scalars(text("SELECT state FROM deliveries WHERE id = ANY(:ids) ORDER BY id"), {"ids": ids}))


def test_dead_letters_say_why(admin, letters):
    page = admin.get("/admin/dead-letters/").text

    assert "the file is &lt;gone&gt;" in page
    assert "fulfilment_order_id 12" in page
    assert "Uncertain" in page


def test_the_rail_counts_what_is_stuck(admin, letters):
    assert admin.get("/admin/dead-letters/count").text == "2"


def test_nothing_stuck_is_an_empty_count(admin):
    assert admin.get("/admin/dead-letters/count").text == ""
    assert "Nothing is stuck" in admin.get("/admin/dead-letters/").text


def test_chosen_letters_are_tried_again(admin, session, letters):
    answer = admin.post("/admin/dead-letters/retries", data={"selected": [str(letters[0])]})

    assert answer.status_code == 303
    assert states(session, letters) == ["ready", "uncertain", "ready"]


def test_a_skipped_letter_keeps_its_reason_and_who_gave_it(admin, session, letters, cast):
    answer = admin.post("/admin/dead-letters/skips", data={"selected": [str(letters[0])], "reason": "printed by hand"})

    row = session.execute(
        text("SELECT outcome, reason, done_by FROM delivery_log WHERE delivery_id = :id"), {"id": letters[0]}
    ).one()
    assert answer.status_code == 303
    assert tuple(row) == ("skipped", "printed by hand", f"user:{cast['alice']}")


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("retries", {}, 422),
        ("retries", {"selected": "1 OR 1=1"}, 422),
        ("retries", {"selected": "999999"}, 409),
        ("skips", {"selected": "1"}, 422),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(admin, session, letters, path, data, status):
    answer = admin.post(f"/admin/dead-letters/{path}", data=data)

    assert answer.status_code == status
    assert states(session, letters) == ["dead", "uncertain", "ready"]


def test_of_several_letters_all_are_tried_or_none(admin, session, letters):
    answer = admin.post("/admin/dead-letters/retries", data={"selected": [str(letters[0]), "999999"]})

    assert answer.status_code == 409
    assert states(session, letters) == ["dead", "uncertain", "ready"]


@pytest.fixture
def messages(session, bound) -> list[int]:
    statement = text(
        "INSERT INTO messages (cause, kind, recipient, sender, subject, text_body, html_body, message_key,"
        " requested_by, state) SELECT 'c' || n, 'shipped', 'caspian@example.com', 'us@example.com', 'Order ' || n,"
        " 'Hello <script>x</script>', '<p>', 'k' || n, 'system', CASE WHEN n % 10 = 0 THEN 'refused' ELSE 'sent' END"
        " FROM generate_series(1, 60) n RETURNING id"
    )
    ids = list(session.scalars(statement))
    session.commit()
    return ids


def test_messages_are_paged_newest_first(admin, messages):
    first = admin.get("/admin/messages/").text

    assert "Order 60<" in first
    assert "Order 11<" in first
    assert "Order 10<" not in first
    assert "Order 10<" in admin.get(f"/admin/messages/?before={messages[10]}").text


def test_messages_in_trouble_stand_apart(admin, messages):
    page = admin.get("/admin/messages/?state=trouble").text

    assert "Order 60<" in page
    assert "Order 59<" not in page


def test_the_body_of_a_message_is_shown_as_text(admin, messages):
    page = admin.get(f"/admin/messages/{messages[0]}").text

    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script>x" not in page


@pytest.mark.parametrize(("query", "status"), [("state=lost", 422), ("before=x", 400), ("before=-1", 400)])
def test_a_list_that_does_not_exist_is_refused(admin, query, status):
    assert admin.get(f"/admin/messages/?{query}").status_code == status


def test_sessions_of_everybody_can_be_ended(admin, login, session, cast):
    sam = login("support")
    row = session.execute(text("SELECT id FROM user_sessions WHERE user_id = :id"), {"id": cast["sam"]}).one()

    assert "Sam Support" in admin.get("/admin/sessions/").text
    assert admin.post(f"/admin/sessions/{cast['sam']}/{row.id}/revocation").status_code == 303
    assert sam.get("/support/orders/").location.startswith("/account/login")


def test_refused_access_is_written_down(admin, login):
    login("support").get("/admin/users/")

    page = admin.get("/admin/audit/").text

    assert "Sam Support" in page
    assert "/admin/users/" in page
    assert "Refused GET" in page


@pytest.mark.parametrize("path", ["dead-letters", "messages", "sessions", "audit"])
def test_page_partial_and_stranger(admin, client, login, path):
    address = f"/admin/{path}/"

    assert "<html" in admin.get(address).text
    assert "<html" not in admin.get(address, headers=htmx()).text
    assert client.get(address).location.startswith("/account/login")
    assert login("warehouse").get(address).status_code == 403
