"""Which key asks, and what it may do."""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import current_app, g, request
from flask.typing import ResponseReturnValue

from app.kernel.crypto import hash_token
from app.kernel.uow import unit_of_work
from app.staff import api_keys
from app.staff.errors import UnknownKey
from app.staff.values import Key

P = ParamSpec("P")
OPEN = "api.documents."
ASKED_AGAIN = frozenset({"api.orders.create"})  # these ask, in their own transaction, whether the key still counts
KNOWN_SECONDS, MOST_KNOWN = 60, 1_000
_KNOWN = "waybill.api_keys"


def guard() -> None:
    """For ``bp.before_request``: every route but the documentation asks for a key. Raises UnknownKey."""
    if (request.endpoint or "").startswith(OPEN):
        return
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise UnknownKey("send an API key in the header Authorization: Bearer <key>")
    known = _known(key.strip()) if request.endpoint in ASKED_AGAIN else None
    g.api_key = known or _read(key.strip())


def current_key() -> Key:
    """The key that the blueprint's guard has accepted for this request."""
    key = g.api_key
    assert isinstance(key, Key)
    return key


def requires(scope: str) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Refuse keys without this scope, before the body is read."""

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            api_keys.require(current_key(), scope)
            return view(*args, **kwargs)

        return guarded

    return decorate


def _known(key: str) -> Key | None:
    """What this process read of the key within the last minute: whose it is, not whether it still counts."""
    read_at, known = current_app.extensions.get(_KNOWN, {}).get(hash_token(key), (0.0, None))
    return known if time.monotonic() - read_at < KNOWN_SECONDS else None


def _read(key: str) -> Key:
    with unit_of_work() as session:
        found = api_keys.verify(session, key)
    known = current_app.extensions.setdefault(_KNOWN, {})
    if len(known) >= MOST_KNOWN:
        known.clear()
    known[hash_token(key)] = time.monotonic(), found
    return found
