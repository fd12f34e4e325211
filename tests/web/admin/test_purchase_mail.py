"""A purchase order on paper and by mail: what goes out, who sent it, and what the page says of it afterwards."""

import pytest
from sqlalchemy import text

from app.kernel import deliveries
from app.kernel.actor import SYSTEM
from app.notifications import suppressions
from app.workflows.mail_purchase_orders import Printed, mail_purchase_orders
from app.workflows.purchase_papers import load_papers
from tests.factories.buying import add_supplier, buying, come, drafted, sent
from tests.factories.house import make_house
from tests.unit.documents.reading import barcodes_of, text_of
from tests.web.admin.test_purchase_orders import SOON


@pytest.fixture(autouse=True)
def wired():
    deliveries.wire({"notifications.send": "notifications"})
    yield
    deliveries.wire({})


@pytest.fixture
def alice(session, bound, login):
    make_house(session)
    add_supplier(session, email="orders@leaf.example", phone="+1 614 555 0100")
    session.commit()
    return login("alice")


@pytest.fixture
def draft(session, alice):
    number = drafted(session, ("TEA-1", 10), ("TEA-2", 4), note="Ring the bell.\nTwice.")
    session.commit()
    return number


def mail(browser, number, seen=0, **more):
    return browser.post(f"/admin/purchase-orders/{number}/mailings", data={"seen": str(seen), **more})


def messages(session):
    return session.execute(text("SELECT * FROM messages WHERE kind = 'purchase_order' ORDER BY id")).all()


def page(browser, number) -> str:
    return browser.get(f"/admin/purchase-orders/{number}").text


def test_the_paper_has_what_the_supplier_needs(alice, draft):
    answer = alice.get(f"/admin/purchase-orders/{draft}/paper")

    said = " ".join(" ".join(text_of(answer.data)).split())
    assert answer.mimetype == "application/pdf"
    figures = ("TEA-1", "40.00", "Total USD", "USD 56.00")
    for words in (draft, "Draft, not an order yet", "Leaf & Sons", "Deliver to", "Twice.", *figures):
        assert words in said
    assert barcodes_of(answer.data) == {draft}


def test_a_draft_is_sent_by_its_mail_with_the_paper_attached(session, alice, draft):
    answer = mail(alice, draft)

    [message] = messages(session)
    key = session.scalar(text("SELECT id FROM purchase_mailings"))
    attached = alice.get(f"/admin/purchase-orders/{draft}/mailings/{key}.pdf")
    assert answer.status_code == 303
    assert buying(session, draft).state == "sent"
    assert (message.recipient, message.state) == ("orders@leaf.example", "queued")
    assert message.subject.startswith(f"Purchase order {draft}")
    assert "10 of TEA-1" in message.text_body
    assert "Ring the bell." in message.html_body
    assert message.attachment_id is not None
    assert "Draft" not in " ".join(text_of(attached.data))


def test_the_page_says_who_sent_it_and_what_became_of_it(session, alice, draft):
    mail(alice, draft)
    waiting = page(alice, draft)
    session.execute(text("UPDATE messages SET state = 'refused', last_error = 'the mail server answered 550: unknown'"))
    session.commit()
    failed = page(alice, draft)

    assert "Alice Admin" in waiting
    assert "Waiting" in waiting
    assert "Refused" in failed
    assert "answered 550" in failed
    assert "Send again" in failed


def test_the_same_form_sends_one_mail_and_so_do_two_people_at_once(session, alice, draft):
    answers = [mail(alice, draft, once="the-same-form").status_code for _ in range(2)]
    other = mail(alice, draft, seen=0)

    assert answers == [303, 303]
    assert other.status_code == 409
    assert len(messages(session)) == 1


def test_what_is_sent_again_says_that_it_is_no_second_order(session, alice, draft):
    mail(alice, draft)
    mail(alice, draft, seen=1)

    assert messages(session)[1].subject.startswith("Once more: ")
    assert "not a second order" in messages(session)[1].text_body


def test_after_a_change_the_page_says_that_what_was_sent_is_older(session, alice, draft):
    mail(alice, draft)
    before = page(alice, draft)
    alice.post(f"/admin/purchase-orders/{draft}/dates", data={"position": "1", "expected_on": SOON})
    after = page(alice, draft)
    mail(alice, draft, seen=1)

    assert "is older than the order" not in before
    assert "is older than the order" in after
    assert messages(session)[1].subject.startswith("Changed: ")
    assert "is older than the order" not in page(alice, draft)


def test_what_comes_in_makes_no_paper_older(session, alice, draft):
    mail(alice, draft)
    come(session, draft, ("TEA-1", 10))
    session.commit()

    assert "is older than the order" not in page(alice, draft)


def test_an_order_that_was_changed_since_it_was_printed_is_not_mailed(session, alice, draft):
    [loaded] = load_papers(session, [draft])
    session.execute(text("UPDATE purchase_orders SET version = version + 1"))

    with pytest.raises(Exception, match="was changed by somebody else"):
        mail_purchase_orders(session, [Printed(paper=loaded, file_id=1, seen=0)], sender="a@b.example", actor=SYSTEM)


def test_without_an_address_it_is_refused_and_said_what_helps(session, alice, draft):
    session.execute(text("UPDATE suppliers SET email = ''"))
    session.commit()

    answer = mail(alice, draft)

    assert answer.status_code == 422
    assert "no mail address is known of Leaf" in answer.text
    assert "write it down" in answer.text
    assert buying(session, draft).state == "draft"


def test_an_address_that_must_not_be_written_to_is_not(session, alice, draft):
    suppressions.suppress(session, "orders@leaf.example", reason="bounced", actor=SYSTEM)
    session.commit()
    mail(alice, draft)

    assert messages(session)[0].state == "suppressed"
    assert "must not be written to" in page(alice, draft)


def test_an_order_that_is_over_is_not_mailed(session, alice):
    number = sent(session, ("TEA-1", 10))
    session.commit()
    alice.post(f"/admin/purchase-orders/{number}/closing")

    answer = mail(alice, number)

    assert answer.status_code == 422
    assert "nothing is asked of the supplier any more" in answer.text


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30])
def test_a_form_that_makes_no_sense_sends_nothing(session, alice, draft, seen):
    assert mail(alice, draft, seen=seen).status_code == 422
    assert messages(session) == []
