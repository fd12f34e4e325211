"""A mail as bytes: headers that nobody can add to, text and HTML side by side."""

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, getaddresses
from secrets import token_hex

from app.kernel import clock
from app.kernel.errors import ProviderError
from app.notifications.values import Attachment, Mail

BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
UNSAFE = re.compile(r"[^A-Za-z0-9._-]")

NO_ADDRESS = "this is not one mail address: correct it and send the message again"


def written(mail: Mail) -> bytes:
    """With CRLF line ends, ready for DATA but for the dots. Raises ProviderError for an address that is none.

    The parts are put together here: as ``EmailMessage`` would do it, they cost more than the rest of the sending.
    """
    boundary = token_hex(16)
    message = EmailMessage(policy=SMTP if mail.recipient.isascii() else SMTPUTF8)
    message["From"] = _address(mail.sender)
    message["To"] = _address(mail.recipient)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["MIME-Version"] = "1.0"
    words = (_part("plain", mail.text), _part("html", mail.html))
    kind, body = "alternative", _joined(words, boundary)
    if mail.attachment is not None:
        inner = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'.encode() + body
        boundary = token_hex(16)
        kind, body = "mixed", _joined((inner, _attached(mail.attachment)), boundary)
    message["Content-Type"] = f'multipart/{kind}; boundary="{boundary}"'
    head = b"".join(message.policy.fold_binary(name, value) for name, value in message.items())
    return head + b"\r\n" + body


def bare_address(text: str) -> str:
    """The address without a name, for the envelope."""
    return _address(text).addr_spec


def one_line(text: str) -> str:
    return BREAKS.sub(" ", text).strip()


def _joined(parts: Sequence[bytes], boundary: str) -> bytes:
    return b"".join(f"--{boundary}\r\n".encode() + part for part in parts) + f"--{boundary}--\r\n".encode()


def _attached(attachment: Attachment) -> bytes:
    name = UNSAFE.sub("_", attachment.name)
    head = (
        f'Content-Type: {attachment.media_type}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    )
    return head.encode() + encodebytes(attachment.content).replace(b"\n", b"\r\n")


def _part(subtype: str, content: str) -> bytes:
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    lines = content.replace("\r\n", "\n").replace("\r", "\n")
    return head.encode() + b2a_qp(lines.encode(), istext=True).replace(b"\n", b"\r\n") + b"\r\n"


def _address(text: str) -> Address:
    """The offending text is not repeated in the refusal: it goes to logs."""
    found = getaddresses([text])
    name, spec = found[0]
    if len(found) != 1 or BREAKS.search(text) or spec.count("@") != 1 or " " in spec:
        raise ProviderError(NO_ADDRESS, permanent=True)
    try:
        return Address(display_name=name, addr_spec=spec)
    except (ValueError, IndexError) as error:
        raise ProviderError(NO_ADDRESS, permanent=True) from error
