"""How adapters call out: time limits, retries by kind of error, caps, logs without secrets. For adapters only."""

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO

import httpx

from app.kernel import clock, logs, uow
from app.kernel.errors import ProviderError

log = logs.logger(__name__)

REPEATABLE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
BUSY = frozenset({408, 425, 429})
# Raised before a byte of the request was sent, so that a repetition can never double an effect.
NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

Guard = Callable[[httpx.Request], None]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Seconds, tries and bytes. ``total_seconds`` bounds one try from first byte to last, ``longest_wait`` a pause."""

    connect_seconds: float = 5
    read_seconds: float = 20
    total_seconds: float = 60
    tries: int = 3
    longest_wait: float = 10
    most_bytes: int = 10_000_000


@dataclass(frozen=True)
class Answer:
    """What came back: a status below 300, headers, and the whole body (empty if it went ``into`` a file)."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    def json(self) -> Any:
        """The body as JSON. Raises ProviderError if it is none."""
        try:
            return json.loads(self.content)
        except ValueError:
            raise ProviderError("the answer is not JSON", permanent=True) from None


class Refused(ProviderError):
    """Status 3xx or 4xx: permanent. ``answer`` holds the body, where the vendor says why."""

    def __init__(self, message: str, answer: Answer) -> None:
        super().__init__(message, permanent=True)
        self.answer = answer


class Unavailable(ProviderError):
    """Try again later."""


class HttpClient:
    """A pool of connections to one provider. ``guard`` sees each request before it goes and raises to stop it."""

    def __init__(
        self,
        provider: str,
        *,
        policy: Policy = Policy(),
        guard: Guard | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.provider = provider
        self.policy = policy
        self._guard = guard
        self._sleep = sleep
        self._client = httpx.Client(
            transport=transport,
            timeout=httpx.Timeout(policy.read_seconds, connect=policy.connect_seconds),
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "Waybill", "Accept-Encoding": "identity"},
        )

    def __enter__(self) -> "HttpClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def send(
        self, method: str, url: str, *, key: str | None = None, into: BinaryIO | None = None, **request: Any
    ) -> Answer:
        """One call, repeated where that is safe. ``request``: headers, params, json, data, content, auth as in httpx.

        ``key`` is sent as Idempotency-Key and makes a POST repeatable. ``into`` receives the body instead of memory.
        Raises Refused (permanent), Unavailable (``unknown`` if the effect may have happened), or what the guard raises.
        """
        self._refuse_inside_transaction()
        headers = {**request.pop("headers", {}), **({"Idempotency-Key": key} if key else {})}
        auth = request.pop("auth", None)
        repeatable = key is not None or method.upper() in REPEATABLE_METHODS
        for attempt in range(1, self.policy.tries + 1):
            try:
                built = self._client.build_request(method, url, headers=headers, **request)
                return self._once(built, auth, into, attempt)
            except _Trouble as trouble:
                last = attempt == self.policy.tries
                if last or not (repeatable or trouble.nothing_done):
                    raise trouble.error(method.upper() not in {"GET", "HEAD", "OPTIONS"}) from trouble.__cause__
                self._sleep(self._pause(attempt, trouble.retry_after))
        raise AssertionError("unreachable")

    def _refuse_inside_transaction(self) -> None:
        if uow.is_open():
            raise RuntimeError(f"{self.provider} must not be called inside a unit of work: end the transaction first")

    def _once(self, request: httpx.Request, auth: Any, into: BinaryIO | None, attempt: int) -> Answer:
        if self._guard is not None:
            self._guard(request)
        started, status = time.monotonic(), 0
        try:
            response = self._client.send(request, stream=True, auth=auth)
            status = response.status_code
            try:
                answer = self._read(response, into, started)
            finally:
                response.close()
        except NOTHING_SENT as error:
            raise _Trouble(f"{self.provider} cannot be reached", nothing_done=True) from error
        except httpx.TransportError as error:
            raise _Trouble(f"{self.provider} broke off ({type(error).__name__})") from error
        finally:
            self._log(request, status=status, attempt=attempt, started=started)
        return self._judged(request, answer)

    def _read(self, response: httpx.Response, into: BinaryIO | None, started: float) -> Answer:
        kept, size = bytearray(), 0
        if into is not None:
            into.seek(0)
            into.truncate()
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > self.policy.most_bytes:
                raise ProviderError(f"{self.provider} sent more than {self.policy.most_bytes:,} bytes", permanent=True)
            if time.monotonic() - started > self.policy.total_seconds:
                raise _Trouble(f"{self.provider} took longer than {self.policy.total_seconds:g} seconds")
            if into is not None and response.is_success:
                into.write(chunk)
            else:
                kept += chunk
        return Answer(response.status_code, response.headers, bytes(kept))

    def _judged(self, request: httpx.Request, answer: Answer) -> Answer:
        if answer.status < 300:
            return answer
        said = f"{self.provider} answered {answer.status} to {request.method} {logs.redact(request.url.path)}"
        if answer.status >= 500:
            raise _Trouble(said, retry_after=_retry_after(answer))
        if answer.status in BUSY:
            raise _Trouble(said, nothing_done=True, retry_after=_retry_after(answer))
        raise Refused(said, answer)

    def _pause(self, attempt: int, retry_after: float | None) -> float:
        jittered = random.uniform(0, 0.5 * 2**attempt)  # noqa: S311
        return min(self.policy.longest_wait, jittered if retry_after is None else retry_after + jittered / 4)

    def _log(self, request: httpx.Request, *, status: int, attempt: int, started: float) -> None:
        log.info(
            "provider_called",
            provider=self.provider,
            method=request.method,
            host=request.url.host,
            path=request.url.path,
            status=status,
            attempt=attempt,
            milliseconds=round((time.monotonic() - started) * 1000),
        )


class _Trouble(Exception):
    def __init__(self, message: str, *, nothing_done: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.nothing_done = nothing_done
        self.retry_after = retry_after

    def error(self, has_effect: bool) -> Unavailable:
        return Unavailable(str(self), unknown=has_effect and not self.nothing_done, retry_after=self.retry_after)


def _retry_after(answer: Answer) -> float | None:
    """Seconds from a Retry-After header in either of its two forms."""
    said = answer.headers.get("retry-after", "")
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - clock.now()).total_seconds())
    except (ValueError, TypeError):
        return None
