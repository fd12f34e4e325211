"""Every request has an id, and leaves one line in the log: the route's pattern, never the address typed."""

import time

import structlog
from flask import Flask, Response, g, request

from app.kernel import ids, logs

log = logs.logger(__name__)
QUIET = ("assets.", "health.")


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_unbind)


def _begin() -> None:
    g.started = time.perf_counter()
    g.request_id = ids.accepted_request_id(request.headers.get("X-Request-Id"))
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if not (request.endpoint or "").startswith(QUIET):
        milliseconds = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
        rule = request.url_rule.rule if request.url_rule else "none"
        log.info("request", method=request.method, path=rule, status=response.status_code, milliseconds=milliseconds)
    return response


def _unbind(_error: BaseException | None) -> None:
    structlog.contextvars.unbind_contextvars("request_id")
