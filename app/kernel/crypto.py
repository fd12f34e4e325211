"""Secrets at rest, and hashes of tokens that we only ever need to recognise."""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST = 32


class Undecipherable(Exception):
    """No key of ours opens it: the secret key was replaced without keeping the former one, or the text was changed."""


@dataclass(frozen=True)
class Keyring:
    """The installation's secret key and the former ones, newest first; at least 32 bytes each.

    Nothing uses a key itself: each purpose gets keys of its own, derived by HKDF-SHA256.
    """

    current: bytes
    former: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if any(len(key) < SHORTEST for key in self.all):
            raise ValueError(f"a secret key needs at least {SHORTEST} bytes; make one with: openssl rand -base64 48")

    @cached_property
    def all(self) -> tuple[bytes, ...]:
        return (self.current, *self.former)

    def derive(self, purpose: str) -> list[bytes]:
        """32 bytes per key for one purpose, the current first."""
        return [_derived(key, purpose) for key in self.all]

    def __repr__(self) -> str:
        return f"Keyring({len(self.all)} keys)"


def keyring(current: str | bytes, former: Sequence[str | bytes] = ()) -> Keyring:
    """From the settings, where keys are text."""
    first, *rest = (key.encode() if isinstance(key, str) else key for key in (current, *former))
    return Keyring(first, tuple(rest))


def encrypt(keys: Keyring, secret: str, *, purpose: str) -> str:
    """ASCII text to store; the same secret never gives the same text twice (Fernet: AES-128-CBC and HMAC)."""
    return _fernet(keys, purpose).encrypt(secret.encode()).decode()


def decrypt(keys: Keyring, stored: str, *, purpose: str) -> str:
    """The secret again. Raises Undecipherable if no key fits or the purpose is another."""
    try:
        return _fernet(keys, purpose).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise Undecipherable(f"a stored secret ({purpose}) cannot be read with any known key") from None


def hash_token(token: str) -> bytes:
    """SHA-256, for tokens of 128 random bits or more (API keys, reset tokens); passwords need argon2 instead."""
    return sha256(token.encode()).digest()


def same(one: str | bytes, other: str | bytes) -> bool:
    """Comparison whose time does not tell how much of it fits."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def _fernet(keys: Keyring, purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys.derive(f"encrypt:{purpose}")])


def _derived(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"waybill:{purpose}".encode()).derive(key)
