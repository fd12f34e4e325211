"""One message on its way: kept without a mail server, in doubt when a worker ended in the middle."""

import email
import email.policy
from pathlib import Path

import pytest
from sqlalchemy import text

from app.kernel import deliveries, uow
from app.kernel.actor import SYSTEM
from app.kernel.deliveries import Fenced
from app.kernel.errors import ProviderError
from app.kernel.files import FolderStore, add, keep
from app.notifications import outbox, queries, sending
from app.notifications.adapters.kept import KeptMailer
from app.notifications.mailers import MAILERS, mailer_for
from app.notifications.sending import PRIVATE_LINK, Sender
from app.notifications.values import Letter
from tests.fakes.smtp import smtp_sink

NO_FILES = FolderStore(Path("/nowhere"))


@pytest.fixture(autouse=True)
def wired(database_engine):
    deliveries.wire({"notifications.send": "notifications"})
    yield
    deliveries.wire({})


def post(**changes):
    values = {
        "kind": "confirmation",
        "cause": "order:1",
        "recipient": "ada@example.com",
        "sender": '"Northwold" <orders@northwold.example>',
        "subject": "Hello\r\nBcc: eve@example.com",
        "text": "Hello",
        "html": "<p>Hello</p>",
    }
    with uow.unit_of_work() as session:
        [message_id] = outbox.post(session, [Letter(**{**values, **changes})], actor=SYSTEM)
    return message_id


def claimed():
    with uow.unit_of_work() as session:
        ids = session.execute(text("SELECT id FROM deliveries")).scalars().all()
        session.execute(text("UPDATE deliveries SET lease_until = NULL"))
        [held] = deliveries.claim(session, ids, seconds=60)
    return held


def send(sender, held):
    """As a worker does it, up to where it would write down the result; answers how to."""

    def hand_over(mark):
        with uow.unit_of_work() as session:
            deliveries.check_held(session, [held])
            mark(session)

    with sender.begin([held]) as perform:
        became = perform(held, hand_over)
    return lambda session: sender.record(session, [(held, became)])


def finish(held, record):
    with uow.unit_of_work() as session:
        record(session)
        deliveries.finish(session, [held])


def message(message_id):
    with uow.unit_of_work() as session:
        return queries.get(session, message_id)


def test_a_subject_is_one_line_from_the_start():
    assert message(post()).subject == "Hello Bcc: eve@example.com"


def test_without_a_mail_server_a_mail_becomes_a_file_and_says_so(tmp_path: Path):
    message_id, held = post(), claimed()

    finish(held, send(Sender(KeptMailer(tmp_path / "mails"), {}, NO_FILES), held))

    [path] = (tmp_path / "mails").iterdir()
    kept = email.message_from_bytes(path.read_bytes(), policy=email.policy.SMTP)
    assert message(message_id).state == "kept"
    assert kept["To"] == "ada@example.com"
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_link_that_may_not_be_stored_is_made_when_the_mail_goes_out(tmp_path: Path):
    message_id = post(text=f"Here: {PRIVATE_LINK}", private_link="password_reset:12")
    held = claimed()
    sender = Sender(KeptMailer(tmp_path), {"password_reset": lambda number: f"https://x/reset/{number}"}, NO_FILES)
    finish(held, send(sender, held))

    [path] = tmp_path.iterdir()
    assert "https://x/reset/12" in path.read_text()
    assert "https" not in message(message_id).text_body


def test_the_message_id_stays_the_same_however_often_it_is_tried():
    post()
    with smtp_sink() as sink:
        sender = Sender(MAILERS.get("smtp")(sink.url), {}, NO_FILES)
        sink.refused_once.clear()
        for _ in range(2):
            held = claimed()
            send(sender, held)
            with uow.unit_of_work() as session:
                sending.write_failure(session, held, "again", OSError("the worker forgot"))

        assert list(sink.counts().values()) == [2]


def test_a_message_found_half_handed_over_is_in_doubt_and_not_sent_again():
    message_id = post()
    with smtp_sink() as sink:
        sender = Sender(MAILERS.get("smtp")(sink.url), {}, NO_FILES)
        send(sender, claimed())  # and the worker ends before it can write that down

        with pytest.raises(ProviderError) as raised:
            send(sender, claimed())

        assert raised.value.unknown
        assert len(sink.mails) == 1
    assert message(message_id).state == "handing_over"


def test_who_lost_the_lease_does_not_hand_over():
    post()
    lost = claimed()
    claimed()
    with smtp_sink() as sink:
        with pytest.raises(Fenced):
            send(Sender(MAILERS.get("smtp")(sink.url), {}, NO_FILES), lost)

        assert sink.mails == []


def test_a_message_that_is_through_is_not_sent_again(tmp_path: Path):
    message_id = post()
    with uow.unit_of_work() as session:
        session.execute(text("UPDATE messages SET state = 'sent'"))
    held = claimed()

    finish(held, send(Sender(KeptMailer(tmp_path), {}, NO_FILES), held))

    assert list(tmp_path.iterdir()) == []
    assert message(message_id).state == "sent"


@pytest.mark.parametrize(("outcome", "state"), [("again", "queued"), ("dead", "refused"), ("uncertain", "uncertain")])
def test_a_failed_delivery_tells_its_message(outcome, state):
    message_id, held = post(), claimed()
    with uow.unit_of_work() as session:
        session.execute(text("UPDATE messages SET state = 'handing_over'"))

    with uow.unit_of_work() as session:
        sending.write_failure(session, held, outcome, ProviderError("550 no such mailbox"))

    assert (message(message_id).state, message(message_id).last_error) == (state, "550 no such mailbox")


def test_the_settings_choose_the_mailer(tmp_path: Path):
    names = [mailer_for(url, folder=tmp_path).name for url in ("", "smtp://mail.example", "smtps://mail.example")]

    assert names == ["kept", "smtp", "smtp"]


def test_what_is_attached_goes_with_the_mail_byte_for_byte(tmp_path: Path):
    files, content = FolderStore(tmp_path / "files"), bytes(range(256)) * 40
    with uow.unit_of_work() as session:
        file_id = add(session, keep(files, content, name='PO "1";.pdf', media_type="application/pdf"))
    post(attachment_id=file_id)
    held = claimed()

    finish(held, send(Sender(KeptMailer(tmp_path / "mails"), {}, files), held))

    [path] = (tmp_path / "mails").iterdir()
    kept = email.message_from_bytes(path.read_bytes(), policy=email.policy.SMTP)
    [attached] = kept.iter_attachments()
    assert attached.get_content() == content
    assert attached.get_filename() == "PO__1__.pdf"
    assert kept.get_body(("plain",)).get_content().strip() == "Hello"
    assert "<p>Hello</p>" in kept.get_body(("html",)).get_content()


def test_a_mail_whose_attachment_is_gone_is_refused_and_not_tried_again(tmp_path: Path):
    files = FolderStore(tmp_path)
    file = keep(files, b"%PDF", name="PO-1.pdf", media_type="application/pdf")
    files.delete(file.key)
    with uow.unit_of_work() as session:
        file_id = add(session, file)
    post(attachment_id=file_id)

    with pytest.raises(ProviderError) as raised:
        send(Sender(KeptMailer(tmp_path), {}, files), claimed())

    assert raised.value.permanent
