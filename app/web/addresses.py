"""Where to send a browser: only ever to ourselves."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app, request, url_for

UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")


def safe_next(given: str | None) -> str:
    """The path given if it stays on this site, else ``/``."""
    path = given or "/"
    plain = unquote(unquote(path))
    if UNSAFE.search(plain) or not path.startswith("/") or plain.startswith("//") or len(path) > 2_000:
        return "/"
    return path


def inner_path(url: str) -> str:
    """Path and query of one of our own pages, else ``/``."""
    parts = urlsplit(url)
    if parts.netloc != request.host:
        return "/"
    return safe_next(parts.path + (f"?{parts.query}" if parts.query else ""))


def url_if(endpoint: str, **values: Any) -> str | None:
    """The address, or None while nobody has built that page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
