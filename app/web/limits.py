"""How often: counted in Redis, and in memory while Redis is away."""

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_login import current_user

from app.config import Config
from app.kernel.crypto import hash_token
from app.web.sessions import browser_session

# Orders by program wait in the intake gate, which says itself when it is full; nothing is counted here.
HAS_A_BOUND_OF_ITS_OWN = "api.orders.create"


def caller() -> str:
    """The signed-in user, else the network that asks."""
    if browser_session().is_kept and current_user.is_authenticated:
        return f"user:{current_user.id}"
    return network()


def network() -> str:
    """An IPv4 address, or the /64 that one subscriber owns of IPv6."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(address) if not isinstance(address, IPv6Address) else address.exploded[:19]


class _Limiter(Limiter):
    """A filter of the library's own is asked so late that a request costs nearly as much as one that is counted."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if request.endpoint != HAS_A_BOUND_OF_ITS_OWN:
            super()._check_request_limit(callable_name, in_middleware)


limiter = _Limiter(
    key_func=caller,
    in_memory_fallback_enabled=True,
    storage_options={"socket_connect_timeout": 1, "socket_timeout": 1},
    headers_enabled=False,
    retry_after="delta-seconds",
    key_prefix="waybill",
)


def init_app(app: Flask, config: Config) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = storage_uri(config.redis_url)
    app.config["RATELIMIT_STRATEGY"] = "fixed-window"
    limiter.init_app(app)


def storage_uri(redis_url: str) -> str:
    """The limits library names Unix sockets in its own way."""
    return f"redis+{redis_url}" if redis_url.startswith("unix://") else redis_url


def by_field(name: str) -> Callable[[], str]:
    """Counts by what was typed into a field, together with the network: nobody can lock another one out from afar."""
    return lambda: f"{network()}:{hash_token(request.form.get(name, '').strip().lower()).hex()[:16]}"


def seconds_left() -> int:
    """Until the limit that was broken in this request opens again."""
    broken = limiter.current_limit
    return max(broken.reset_at - int(time.time()), 1) if broken else 60


def failed(response: Response) -> bool:
    """Only tries that did not succeed count."""
    return response.status_code in {400, 404, 422}
