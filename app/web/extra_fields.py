"""Fields that nobody asked for change nothing; that somebody sent them is written to the log, by number alone."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request

from app.kernel import logs

log = logs.logger(__name__)
ALWAYS = frozenset({"csrf_token", "once"})
READ = frozenset({200, 303, 404, 409, 422})  # the body was read and is not too large

View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    app.after_request(_tell)


def reads(*names: str) -> Callable[[View], View]:
    """For a view that takes fields without a form class. Put it under the route."""

    def mark(view: View) -> View:
        view.fields = names  # type: ignore[attr-defined]
        return view

    return mark


def expect(names: Iterable[str]) -> None:
    """What a form reads in this request; ``line`` stands for ``line-17`` too."""
    g.expected_fields = {*g.get("expected_fields", ()), *names}


def _tell(response: Response) -> Response:
    rule = request.url_rule
    if rule and request.method == "POST" and response.status_code in READ and request.blueprints[-1:] != ["api"]:
        view = current_app.view_functions.get(request.endpoint or "")
        known = ALWAYS | g.get("expected_fields", set()) | set(getattr(view, "fields", ()))
        count = sum(name.partition("-")[0] not in known for name in request.form)
        if count:
            log.warning("unknown_fields_ignored", count=count, path=rule.rule)
    return response
