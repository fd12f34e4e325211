"""One place answers every refusal: a whole page, or a fragment for ``#messages`` if htmx asked."""

from dataclasses import dataclass

from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from app.documents.logo import NotALogo
from app.imports.errors import FileTooLarge, NotATable
from app.kernel import logs
from app.kernel.errors import DomainError, Forbidden, Invalid, NotFound, Outrun, ProviderError, StaleState
from app.kernel.paging import BadCursor
from app.kernel.signing import LinkExpired
from app.kernel.uow import unit_of_work
from app.staff import audit
from app.staff.errors import LinkUsed
from app.web import limits, outages
from app.web.api import problems
from app.web.htmx import htmx_response, is_htmx
from app.web.roles import current_actor, current_user
from app.web.ways_on import ways_on

log = logs.logger(__name__)

STATUS: dict[type[DomainError], int] = {
    NotFound: 404,
    StaleState: 409,
    Forbidden: 403,
    LinkExpired: 410,
    LinkUsed: 400,
    NotALogo: 415,
    BadCursor: 400,
    FileTooLarge: 413,
    NotATable: 415,
}
TITLES = {
    400: "This request cannot be read",
    403: "Not with this account",
    404: "There is nothing here",
    405: "This page does not take that",
    409: "Not as things stand",
    410: "This link has ended",
    413: "This is too large",
    414: "This address is too long",
    415: "This kind of file is not read",
    422: "This breaks a rule",
    429: "Too many tries",
    500: "Something broke on our side",
    502: "A service outside did not do it",
    503: "Not possible just now",
}
TITLES_OF_KINDS: dict[type[DomainError], str] = {LinkUsed: "This link has ended", Outrun: "Somebody was faster"}
SAYINGS = {
    404: "The address may be mistyped, or the thing is gone.",
    405: "Go back and use the buttons of the page.",
    413: "Send a smaller file, or split it.",
    414: "Remove some of the filters.",
    415: "Send a CSV or XLSX file.",
    429: "Wait a little, then try again.",
    500: "It was written down under the number below. What you sent was not saved.",
    503: "The database does not answer. Nothing was lost: try again in a few seconds.",
}


@dataclass(frozen=True)
class Refusal:
    status: int
    messages: tuple[str, ...]
    title: str


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, _on_domain)
    app.register_error_handler(ProviderError, _on_provider)
    app.register_error_handler(DBAPIError, _on_database)
    app.register_error_handler(PoolTimeout, _on_database)
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(500, _on_crash)


def refuse(status: int, *messages: str, title: str = "") -> Response:
    sentences = tuple(map(_sentence, messages)) or (SAYINGS.get(status, "Go back and try again."),)
    refusal = Refusal(status, sentences, title or TITLES.get(status, "This did not work"))
    if is_htmx():
        body = render_template("errors/_message.html", refusal=refusal)
        return htmx_response(body, status, retarget="#messages", reswap="innerHTML show:window:top")
    ways = ways_on(status, _role(status))
    response = make_response(
        render_template("errors/page.html", refusal=refusal, ways=ways, is_plain=status >= 500), status
    )
    response.vary.add("HX-Request")
    return response


def _on_domain(error: DomainError) -> ResponseReturnValue:
    status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 422)
    if status == 403:
        _write_down()
    failures = [f"{field}: {why}" for field, why in error.failures] if isinstance(error, Invalid) else [str(error)]
    title = next((title for kind, title in TITLES_OF_KINDS.items() if isinstance(error, kind)), "")
    return refuse(status, *failures, title=title)


def _on_provider(error: ProviderError) -> ResponseReturnValue:
    log.warning("provider_refused", error=type(error).__name__)
    return refuse(502, f"{error}. Nothing was changed here; try again later.")


def _on_database(error: SQLAlchemyError) -> ResponseReturnValue:
    """A database that is away is 503; a statement that it refuses is our fault."""
    if isinstance(error, DataError):
        return refuse(404) if request.method == "GET" else refuse(422, "A value is too large, or holds a strange sign.")
    if outages.is_busy(error):
        return refuse(409, "Somebody else is working on this just now. Try again.", title=TITLES_OF_KINDS[Outrun])
    if not outages.is_away(error):
        raise error
    log.error("database_away", sqlstate=outages.state_of(error))
    response = refuse(503)
    response.headers["Retry-After"] = "5"
    return response


def _on_csrf(error: CSRFError) -> ResponseReturnValue:
    return refuse(400, "This form is too old, or was not sent from here. Load the page again, then send it.")


def _on_http(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, SecurityError):
        return Response("This installation is not asked for under that name.", 400, mimetype="text/plain")
    if request.path.startswith("/api/"):
        return problems.of_http(error)
    if error.code is None or error.code < 400 or error.response is not None:
        return error
    if error.code == 403:
        _write_down()
    response = refuse(error.code, *_own_words(error))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    if isinstance(error, RateLimitExceeded):
        response.headers["Retry-After"] = str(limits.seconds_left())
    return response


def _on_crash(error: HTTPException) -> ResponseReturnValue:
    cause = getattr(error, "original_exception", None) or error
    log.error("crashed", error=type(cause).__name__, exc_info=cause)
    return problems.of_http(error) if request.path.startswith("/api/") else refuse(500)


def _role(status: int) -> str:
    """Of the person; where nobody may be asked who that is, the role that the address is for."""
    if status >= 500:
        return (request.blueprints or ("",))[-1]
    return current_user.role if current_user.is_authenticated else ""


def _sentence(refusal: str) -> str:
    """With a capital at its start, except where that is a code of somebody's."""
    return refusal[:1].upper() + refusal[1:] if refusal.partition(" ")[0].isalpha() else refusal


def _own_words(error: HTTPException) -> tuple[str, ...]:
    """Our own sentence if ``abort`` was given one; never Werkzeug's."""
    is_ours = error.description and error.description != type(error).description
    return (str(error.description),) if is_ours and not isinstance(error, RateLimitExceeded) else ()


def _write_down() -> None:
    """A refusal of somebody who is known is worth proving."""
    rule = request.url_rule.rule if request.url_rule else "none"
    with unit_of_work() as session:
        audit.write(session, actor=current_actor(), action=f"refused {request.method}", rule=rule)
