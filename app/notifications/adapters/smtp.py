"""SMTP, split so that the one moment of doubt is as short as it can be.

The text is transferred first; a connection lost until then means that the server has nothing. The final dot hands the
mail over: only from there to the server's answer is its fate unknown. Mails of one batch share a connection.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from app.kernel.errors import ProviderError
from app.notifications.mime import bare_address, written
from app.notifications.ports import Transmit
from app.notifications.values import Mail

LEADING_DOT = re.compile(rb"(?m)^\.")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
TIMEOUT_SECONDS = 30.0
PERMANENT = range(500, 600)
READY_FOR_TEXT = 354
ACCEPTED = 250
CLOSING = 421


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

    @contextmanager
    def session(self) -> Iterator[Transmit]:
        line = _Line(self)
        try:
            yield line.send
        finally:
            line.hang_up()

    def probe(self) -> None:
        """Connect, greet and sign in, and send nothing. Raises ProviderError."""
        with _failures(unknown=False):
            smtp = self.connect()
        with closing(smtp), _failures(unknown=False):
            _expect(ACCEPTED, *smtp.noop())

    def connect(self) -> smtplib.SMTP:
        """Greeted and signed in. Raises what smtplib raises."""
        smtp = self._open()
        try:
            if smtp.sock is not None:  # the final dot must not wait until the server has confirmed the text
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._greet(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

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


class _Line:
    """A connection for mails one after another: opened when first needed, and anew when it was lost between two."""

    def __init__(self, mailer: SmtpMailer) -> None:
        self._mailer = mailer
        self._smtp: smtplib.SMTP | None = None
        self._away: ProviderError | None = None

    def send(self, mail: Mail, *, hand_over: Callable[[], None]) -> Literal["accept", "keep"]:
        content = written(mail)
        try:
            smtp = self._transferred(mail, content)
            hand_over()
            with _failures(unknown=True):
                smtp.send(b".\r\n")
                _expect(ACCEPTED, *smtp.getreply())
        except BaseException:
            self._drop()  # without QUIT: in the middle of a text it would be part of it
            raise
        return "accept"

    def hang_up(self) -> None:
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
            self._drop()

    def _transferred(self, mail: Mail, content: bytes) -> smtplib.SMTP:
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):  # the server may have had enough of this connection
                _transfer(self._smtp, mail, content)
                return self._smtp
            self._drop()
        smtp = self._smtp = self._connected()
        with _failures(unknown=False):
            _transfer(smtp, mail, content)
        return smtp

    def _connected(self) -> smtplib.SMTP:
        """A server that did not let us in is not asked again for every mail of the batch."""
        if self._away is not None:
            raise self._away
        try:
            with _failures(unknown=False):
                return self._mailer.connect()
        except ProviderError as error:
            self._away = error
            raise

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


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
    if code < 0 or code == CLOSING:
        raise smtplib.SMTPServerDisconnected(f"the mail server closed the connection {text}".rstrip())
    raise ProviderError(f"the mail server answered {code}: {text}", permanent=code in PERMANENT)


@contextmanager
def _failures(*, unknown: bool) -> Iterator[None]:
    """What the server refuses before it has seen the mail (a greeting, a password) says nothing about the mail."""
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        raise ProviderError(f"the mail server: {type(error).__name__}: {error}", unknown=unknown) from error
