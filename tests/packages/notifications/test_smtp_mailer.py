"""Handing one mail over to a server that answers, refuses, or goes away."""

import smtplib
from collections.abc import Callable, Iterator

import pytest

from app.kernel.errors import ProviderError
from app.notifications.adapters.smtp import SmtpMailer
from app.notifications.values import Mail
from tests.fakes.smtp import SmtpSink, smtp_sink

pytestmark = pytest.mark.usefixtures("sink")


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with smtp_sink() as running:
        yield running


def mail(recipient: str = "ada@example.com", **changes: str) -> Mail:
    values = {
        "message_id": "<one@example.com>",
        "sender": '"Northwold" <orders@northwold.example>',
        "recipient": recipient,
        "subject": "Order 1 is confirmed",
        "text": "Grüße\n.a line that starts with a dot\n",
        "html": "<p>Grüße</p>",
    }
    return Mail(**{**values, **changes})


def send(url: str, *mails: Mail, hand_over: Callable[[], None]) -> None:
    with SmtpMailer(url).session() as transmit:
        for each in mails:
            transmit(each, hand_over=hand_over)


def nothing() -> None:
    pass


def test_a_mail_arrives_as_it_was_written(sink: SmtpSink) -> None:
    send(sink.url, mail(), hand_over=nothing)

    [arrived] = sink.mails
    assert sink.envelopes == [("orders@northwold.example", "ada@example.com")]
    assert arrived["Message-ID"] == "<one@example.com>"
    assert arrived.get_body(("plain",)).get_content().splitlines() == ["Grüße", ".a line that starts with a dot"]  # type: ignore[union-attr]
    assert arrived.get_body(("html",)).get_content().strip() == "<p>Grüße</p>"  # type: ignore[union-attr]


def test_the_last_moment_comes_before_the_server_has_the_mail(sink: SmtpSink) -> None:
    had: list[int] = []

    send(sink.url, mail(), hand_over=lambda: had.append(len(sink.mails)))

    assert (had, len(sink.mails)) == ([0], 1)


def test_a_refusal_at_the_last_moment_keeps_the_mail_back(sink: SmtpSink) -> None:
    def refuse() -> None:
        raise RuntimeError("the lease is lost")

    with pytest.raises(RuntimeError, match="lease"):
        send(sink.url, mail(), hand_over=refuse)

    assert sink.mails == []


@pytest.mark.parametrize(
    ("recipient", "permanent", "unknown"),
    [("refused@example.com", True, False), ("later@example.com", False, False), ("silent@example.com", False, True)],
)
def test_each_failure_says_what_is_known(sink: SmtpSink, recipient: str, permanent: bool, unknown: bool) -> None:
    with pytest.raises(ProviderError) as raised:
        send(sink.url, mail(recipient), hand_over=nothing)

    assert (raised.value.permanent, raised.value.unknown) == (permanent, unknown)


def test_a_connection_lost_before_the_final_dot_leaves_nothing_in_doubt(sink: SmtpSink) -> None:
    with pytest.raises(ProviderError) as raised:
        send(sink.url, mail("cut@example.com", text="x" * 3_000_000), hand_over=nothing)

    assert (raised.value.unknown, sink.mails) == (False, [])


def test_a_server_that_is_away_is_tried_again_later() -> None:
    with pytest.raises(ProviderError) as raised:
        send("smtp://127.0.0.1:1?timeout=1", mail(), hand_over=nothing)

    assert (raised.value.permanent, raised.value.unknown) == (False, False)


@pytest.mark.parametrize(
    "subject", ["Hello\r\nBcc: eve@example.com", "Hello\nBcc: eve@example.com", "Hello\u2028Bcc: x"]
)
def test_a_subject_cannot_add_a_header(sink: SmtpSink, subject: str) -> None:
    send(sink.url, mail(subject=subject), hand_over=nothing)

    [arrived] = sink.mails
    assert arrived["Bcc"] is None
    assert "\n" not in arrived["Subject"]
    assert sink.envelopes[0][1] == "ada@example.com"


@pytest.mark.parametrize(
    "recipient",
    ["ada@example.com\r\nRCPT TO:<eve@example.com>", "ada@example.com, eve@example.com", "nobody", "a b@c.d"],
)
def test_an_address_that_is_more_or_less_than_one_is_refused_for_good(sink: SmtpSink, recipient: str) -> None:
    with pytest.raises(ProviderError) as raised:
        send(sink.url, mail(recipient), hand_over=nothing)

    assert raised.value.permanent
    assert sink.mails == []


def test_a_password_is_not_sent_over_an_open_line() -> None:
    mailer = SmtpMailer("smtp://user:word@mail.example:25")

    assert mailer._needs_tls()


def test_mails_of_one_session_share_a_connection_also_after_a_refusal_or_a_loss(sink: SmtpSink) -> None:
    went, failed = [], []
    with SmtpMailer(sink.url).session() as transmit:
        for name in ("ada", "bob", "refused", "cyd", "silent", "dan"):
            try:
                transmit(mail(f"{name}@example.com", message_id=f"<{name}@example.com>"), hand_over=nothing)
                went.append(name)
            except ProviderError:
                failed.append(name)

    assert (went, failed) == (["ada", "bob", "cyd", "dan"], ["refused", "silent"])
    assert sink.recipients() == {f"{name}@example.com": 1 for name in ("ada", "bob", "cyd", "silent", "dan")}
    assert sink.connections == 3


def test_a_connection_that_the_server_ends_between_two_mails_is_made_anew(sink: SmtpSink) -> None:
    sink.most_mails = 2

    send(sink.url, *(mail(f"ada-{number}@example.com") for number in range(5)), hand_over=nothing)

    assert sink.recipients() == {f"ada-{number}@example.com": 1 for number in range(5)}
    assert sink.connections == 3


def test_a_server_that_is_away_is_asked_once_per_session() -> None:
    asked: list[int] = []

    class Away(SmtpMailer):
        def connect(self) -> smtplib.SMTP:
            asked.append(1)
            return super().connect()

    with Away("smtp://127.0.0.1:1?timeout=1").session() as transmit:
        for _ in range(3):
            with pytest.raises(ProviderError):
                transmit(mail(), hand_over=nothing)

    assert len(asked) == 1
