"""Canonical bytes, signatures over them, and signed links that expire."""

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from app.kernel import clock
from app.kernel.crypto import Keyring
from app.kernel.errors import DomainError, NotFound

LONGEST_LINK = 2_000
ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class LinkExpired(DomainError):
    """The link was ours and its time is over; the web answers 410."""


def canonical(value: Any, *, is_plain: bool = False) -> bytes:
    """The one way to write a value as bytes: JSON in UTF-8, keys sorted, no spaces.

    Takes str, int, bool, None, and lists, tuples and string-keyed mappings of them. Raises TypeError, naming the place,
    for anything else (floats, dates, sets), and ValueError for text with lone surrogates. ``is_plain`` says that the
    value was put together of nothing else, so that it need not be looked through.
    """
    return ENCODER.encode(value if is_plain else _plain(value, "value")).encode()


def sign(data: bytes, key: bytes) -> bytes:
    """HMAC-SHA256; 32 bytes."""
    return hmac.digest(key, data, sha256)


def fits(data: bytes, signature: bytes, keys: Sequence[bytes]) -> bool:
    """Whether any of the keys made this signature; takes the same time for each."""
    return sum(hmac.compare_digest(sign(data, key), signature) for key in keys) > 0


def sign_webhook(message_id: str, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """Headers by which a receiver knows that a call is ours (Standard Webhooks), one signature per secret.

    A secret is "whsec_" and base64. With the former one signed as well, a receiver changes over when it likes.
    """
    at = str(int(clock.now().timestamp()))
    signed = f"{message_id}.{at}.".encode() + body
    made = [sign(signed, base64.b64decode(secret.removeprefix("whsec_"))) for secret in secrets]
    signatures = " ".join(f"v1,{base64.b64encode(each).decode()}" for each in made)
    return {"webhook-id": message_id, "webhook-timestamp": at, "webhook-signature": signatures}


def sign_link(keys: Keyring, value: str | int, *, scope: str, lasts: timedelta) -> str:
    """URL-safe text for one purpose (``scope``) that tells ``value`` and when it ends; signed, not secret."""
    expires = int((clock.now() + lasts).timestamp())
    return str(_serializer(keys, scope).dumps([value, expires]))


def read_link(keys: Keyring, link: str, *, scope: str) -> str | int:
    """The value again. Raises NotFound for a link not ours or of another scope, LinkExpired when it is too old."""
    value, expires = _opened(keys, link, scope)
    if clock.now() >= expires:
        raise LinkExpired(f"this link ended on {expires:%Y-%m-%d at %H:%M} UTC: ask for a new one")
    return value


def _opened(keys: Keyring, link: str, scope: str) -> tuple[str | int, datetime]:
    try:
        value, expires = _serializer(keys, scope).loads(link[:LONGEST_LINK])
        return value, datetime.fromtimestamp(expires, UTC)
    except (BadData, UnicodeError):
        raise NotFound("this link is not complete or not ours: open it from the message again") from None


def _serializer(keys: Keyring, scope: str) -> URLSafeSerializer:
    oldest_first = list(reversed(keys.derive(f"link:{scope}")))
    return URLSafeSerializer(
        oldest_first, salt=scope, signer_kwargs={"digest_method": sha256, "key_derivation": "hmac"}
    )


def _plain(value: Any, place: str) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, list | tuple):
        return [_plain(each, f"{place}[{index}]") for index, each in enumerate(value)]
    if isinstance(value, Mapping):
        return {_key(key, place): _plain(each, f"{place}.{key}") for key, each in value.items()}
    raise TypeError(
        f"{place} is a {type(value).__name__}: canonical bytes hold text, whole numbers, lists and mappings only"
    )


def _key(key: Any, place: str) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{place} has the key {key!r}: keys are text")
    return key
