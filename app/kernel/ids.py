"""Names for things that strangers may hold, and for requests in logs."""

import re
import secrets

from app.kernel import clock

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ACCEPTED = re.compile(r"[A-Za-z0-9_-]{8,64}")


def public_token() -> str:
    """32 URL-safe characters, 192 random bits: tracking keys, API keys, reset links."""
    return secrets.token_urlsafe(24)


def request_id() -> str:
    """26 characters that sort by time: 48 bits of milliseconds and 80 random bits (a ULID)."""
    milliseconds = int(clock.now().timestamp() * 1000)
    number = (milliseconds << 80) | secrets.randbits(80)
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def accepted_request_id(given: str | None) -> str:
    """The id that a proxy sent, if it is harmless in logs and headers; else a new one."""
    return given if given and ACCEPTED.fullmatch(given) else request_id()
