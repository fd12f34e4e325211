"""Which key asks, and what it may do."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import g, request
from flask.typing import ResponseReturnValue

from app.kernel.uow import unit_of_work
from app.staff import api_keys
from app.staff.errors import UnknownKey
from app.staff.values import Key

P = ParamSpec("P")
OPEN = "api.documents."


def guard() -> None:
    """For ``bp.before_request``: every route but the documentation asks for a key. Raises UnknownKey."""
    if (request.endpoint or "").startswith(OPEN):
        return
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise UnknownKey("send an API key in the header Authorization: Bearer <key>")
    with unit_of_work() as session:
        g.api_key = api_keys.verify(session, key.strip())


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
