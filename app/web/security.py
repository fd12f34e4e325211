"""What a browser is told about us, and what we refuse to hear from one."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest, RequestURITooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Config
from app.web.sessions import browser_session

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
# plotly.js inserts an empty <style> and one that it fills rule by rule; a test computes both from the installed file.
PLOTLY_STYLES = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}
API = "/api/"
LONGEST_ADDRESS = 8_000
LONGEST_QUERY = 8_000
CACHED = ("assets.", "health.")

View = TypeVar("View", bound=Callable[..., Any])

csrf = CSRFProtect()


def init_app(app: Flask, config: Config) -> None:
    """Order matters: the size of a body is settled, and its origin checked, before anything reads it."""
    if config.proxies:
        hops = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(_refuse_long_address)
    app.before_request(_refuse_without_database)
    app.before_request(_refuse_odd_address)
    app.before_request(_allow_upload)
    app.before_request(_refuse_foreign_origin)
    csrf.init_app(app)
    app.before_request(_refuse_without_token)
    app.after_request(_headers)


def takes_upload(megabytes: int) -> Callable[[View], View]:
    """For a view that receives files larger than forms may be. Put it under the route."""

    def mark(view: View) -> View:
        view.most_bytes = megabytes * 1024 * 1024  # type: ignore[attr-defined]
        return view

    return mark


def allow_charts() -> None:
    """This page draws with Plotly."""
    g.has_charts = True


def hide_referrer() -> None:
    """The address of this page is a secret: links out of it must not tell it."""
    g.referrer_policy = "no-referrer"


@cache
def content_policy(*, has_charts: bool = False) -> str:
    parts = {**POLICY, "style-src": f"'self' {PLOTLY_STYLES}"} if has_charts else POLICY
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def _refuse_long_address() -> None:
    """No page of ours asks so much; a filter of thousands of values would keep the database busy."""
    if len(request.environ["PATH_INFO"]) + len(request.environ.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
        raise RequestURITooLarge()


def _refuse_without_database() -> None:
    if failure := browser_session().failure:
        raise failure


def _refuse_odd_address() -> None:
    """Longer than any form of ours can make it, or with a NUL, which PostgreSQL cannot hold."""
    if len(request.query_string) > LONGEST_QUERY:
        raise RequestURITooLarge
    if "\0" in request.path or b"%00" in request.query_string:
        raise BadRequest("The address holds a character that means nothing here.")


def _allow_upload() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if most := getattr(view, "most_bytes", None):
        request.max_content_length = most


def _refuse_foreign_origin() -> None:
    """Browsers say where a form came from; programs with an API key send no cookie to abuse."""
    if request.method in SAFE_METHODS or request.path.startswith(API):
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    is_foreign = site not in {"same-origin", "none"} if site else bool(origin) and not _is_own(str(origin))
    if is_foreign:
        raise BadRequest("This form was sent from another site. Open the page here and send it again.")


def _refuse_without_token() -> None:
    """The API has keys instead: it is never sent a cookie that somebody else could use."""
    if current_app.config["WTF_CSRF_ENABLED"] and request.endpoint and not request.path.startswith(API):
        csrf.protect(apply_exemptions=True)


def _is_own(origin: str) -> bool:
    return urlsplit(origin).netloc == request.host and urlsplit(origin).scheme == request.scheme


def _headers(response: Response) -> Response:
    wanted = {**HEADERS, "Referrer-Policy": g.get("referrer_policy", "same-origin")}
    if not (request.endpoint or "").startswith(CACHED):
        wanted["Cache-Control"] = "no-store"
    if request.is_secure:
        wanted["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    wanted["Content-Security-Policy"] = content_policy(has_charts=g.get("has_charts", False))
    has = {name.lower() for name, _ in response.headers}
    response.headers.extend([(name, value) for name, value in wanted.items() if name.lower() not in has])
    return response
