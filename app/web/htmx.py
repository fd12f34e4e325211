"""The only file that knows htmx: which requests are its own, and the headers that steer it."""

import json
from typing import Any

from flask import Flask, Response, make_response
from htmx_flask import Htmx
from htmx_flask import request as htmx_request

_extension = Htmx()


def init_app(app: Flask) -> None:
    _extension.init_app(app)


def is_htmx() -> bool:
    return bool(htmx_request.htmx)


def wants_partial() -> bool:
    """Whether a fragment is asked for. A history restore and a boosted link need the whole page."""
    htmx = htmx_request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def current_path() -> str | None:
    """Address of the page that sent the request."""
    url = htmx_request.htmx.current_url
    return str(url) if url else None


def htmx_response(
    body: str = "",
    status: int = 200,
    *,
    retarget: str | None = None,
    reswap: str | None = None,
    redirect: str | None = None,
) -> Response:
    """A fragment with directions. Headers are set here, since htmx-flask refuses swap modifiers such as ``swap:1s``."""
    directions = {
        "HX-Retarget": retarget,
        "HX-Reswap": reswap,
        "HX-Redirect": redirect,
    }
    response = make_response(body, status, {name: value for name, value in directions.items() if value is not None})
    response.vary.add("HX-Request")
    return response


def trigger(response: Response, **events: Any) -> Response:
    """Let the page hear events, besides those already announced."""
    announced = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps({**announced, **events}, ensure_ascii=True)
    return response
