"""SMTP, split so that the one moment of doubt is as short as it can be.

The text is transferred first; a connection lost until then means that the server has nothing. The final dot hands the
mail over: only from there to the server's answer is its fate unknown.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from app.kernel.errors import ProviderError
from app.notifications.mime import bare_address, written
from app.notifications.values import Mail

LEADING_DOT = re.compile(rb"(?m)^\.")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
TIMEOUT_SECONDS = 30.0
PERMANENT = range(500, 600)
READY_FOR_TEXT = 354
ACCEPTED = 250


class SmtpMailer:
    """``smtp://user:password@host:port`` (STARTTLS if offered) or ``smtps://``; ``?tls=required``, ``?timeout=30``."""

    name = "smtp"

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        options = parse_qs(parts.query)
        self._implicit_tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._implicit_tls else 25)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._tls_required = options.get("tls") == ["required"]
        self._timeout = float(options.get("timeout", [TIMEOUT_SECONDS])[0])

    def send(self, mail: Mail, *, hand_over: Callable[[], None]) -> Literal["accept", "keep"]:
        content = written(mail)
        with self._connection() as smtp:
            with _failures(unknown=False):
                _transfer(smtp, mail, content)
            hand_over()
            with _failures(unknown=True):
                smtp.send(b".\r\n")
                _expect(ACCEPTED, *smtp.getreply())
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
        return "accept"

    def probe(self) -> None:
        """Connect, greet and sign in, and send nothing. Raises ProviderError."""
        with self._connection() as smtp, _failures(unknown=False):
            _expect(ACCEPTED, *smtp.noop())

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        with _failures(unknown=False):
            smtp = self._open()
        try:
            with _failures(unknown=False):
                self._greet(smtp)
            yield smtp
        finally:
            smtp.close()  # without QUIT: in the middle of a text it would be part of it

    def _open(self) -> smtplib.SMTP:
        if self._implicit_tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout)

    def _greet(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if not self._implicit_tls and smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        elif self._needs_tls():
            raise ProviderError("the mail server offers no TLS: password and mails would be readable on the way")
        if self._user:
            smtp.login(self._user, self._password)

    def _needs_tls(self) -> bool:
        far = bool(self._user) and self._host not in LOOPBACK
        return not self._implicit_tls and (self._tls_required or far)


def _transfer(smtp: smtplib.SMTP, mail: Mail, content: bytes) -> None:
    """Everything but the final dot."""
    recipient = bare_address(mail.recipient)
    options = [] if recipient.isascii() else ["SMTPUTF8"]
    if options and not smtp.has_extn("smtputf8"):
        raise ProviderError("the mail server takes no addresses with these letters (SMTPUTF8)", permanent=True)
    _expect(ACCEPTED, *smtp.mail(bare_address(mail.sender), options))
    _expect(ACCEPTED, *smtp.rcpt(recipient))
    _expect(READY_FOR_TEXT, *smtp.docmd("DATA"))
    smtp.send(LEADING_DOT.sub(b"..", content))


def _expect(wanted: int, code: int, answer: bytes) -> None:
    if code == wanted:
        return
    text = answer.decode("utf-8", "replace")[:300]
    if code < 0:
        raise smtplib.SMTPServerDisconnected("the mail server closed the connection")
    raise ProviderError(f"the mail server answered {code}: {text}", permanent=code in PERMANENT)


@contextmanager
def _failures(*, unknown: bool) -> Iterator[None]:
    """What the server refuses before it has seen the mail (a greeting, a password) says nothing about the mail."""
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        raise ProviderError(f"the mail server: {type(error).__name__}: {error}", unknown=unknown) from error
