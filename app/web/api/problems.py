"""Every refusal of the API as RFC 9457 problem+json: what is wrong, where, and what to do."""

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus

from flask import Blueprint, Response, g, request
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.kernel.errors import DomainError, Forbidden, Invalid, NotFound, StaleState
from app.kernel.paging import BadCursor
from app.orders.values import Failure
from app.staff.errors import UnknownKey
from app.web import outages
from app.web.api import fields
from app.web.api.answers import Problem, ReasonAnswer

DOCS = "/api/v1/docs#problem-"
BUSY = "the same key or order is being worked on: ask again"
KINDS = {
    400: ("malformed", "The request cannot be read"),
    401: ("unauthenticated", "An API key is needed"),
    403: ("forbidden", "The API key may not do this"),
    404: ("not-found", "There is nothing here"),
    405: ("method", "This address does not take that method"),
    409: ("conflict", "This does not go with the state that it is in"),
    413: ("too-large", "The request is too large"),
    415: ("media-type", "Only application/json is read"),
    422: ("refused", "The request breaks a rule"),
    429: ("too-many", "Too many requests"),
    503: ("unavailable", "Not possible just now"),
}
DETAILS = {413: "a request may be 1 MB at most: send less at once"}
REMEDIES = {
    "missing": "is missing: send it",
    "extra_forbidden": "is not a field of this request: remove it",
    "int_type": "must be a whole number in JSON, without quotes, decimals or exponent",
    "string_type": "must be text in quotes",
    "tuple_type": "must be a list",
    "model_type": "must be an object",
    "string_pattern_mismatch": "has a form that is not accepted: it must match {pattern}",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "string_too_long": "is too long: at most {max_length} characters",
    "string_too_short": "is too short: at least {min_length} characters",
    "too_short": "needs at least {min_length} entry",
    "too_long": "has too many entries: at most {max_length}",
    "timezone_aware": "needs a UTC offset, such as 2026-11-24T14:20:00Z",
}


class Refused(Exception):
    """A problem with a status of its own and its reasons."""

    def __init__(self, status: int, detail: str, *, reasons: Sequence[ReasonAnswer] = (), retry_after: int = 0) -> None:
        super().__init__(detail)
        self.status, self.detail, self.reasons, self.retry_after = status, detail, tuple(reasons), retry_after


def answer_for(bp: Blueprint) -> None:
    """What goes wrong under this blueprint is told as a problem, not as a page."""
    bp.register_error_handler(Refused, of_refused)
    bp.register_error_handler(ValidationError, of_body)
    bp.register_error_handler(DomainError, of_domain)
    bp.register_error_handler(HTTPException, of_http)
    bp.register_error_handler(DBAPIError, of_database)
    bp.register_error_handler(PoolTimeout, of_database)


def answer(status: int, detail: str, *, reasons: Iterable[ReasonAnswer] = (), retry_after: int = 0) -> Response:
    kind, title = KINDS.get(status, ("error", HTTPStatus(status).phrase))
    problem = Problem(
        type=DOCS + kind,
        title=title,
        status=status,
        detail=detail,
        instance=request.path,
        request_id=g.get("request_id"),
        errors=list(reasons),
    )
    response = Response(problem.model_dump_json(), status=status, mimetype="application/problem+json")
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def of_refused(error: Refused) -> Response:
    return answer(error.status, error.detail, reasons=error.reasons, retry_after=error.retry_after)


def of_body(error: ValidationError) -> Response:
    """Malformed JSON is 400; a body that reads well and breaks a rule is 422 with every reason."""
    broken = [one for one in error.errors() if one["type"] == "json_invalid"]
    if broken:
        return _unreadable(str(broken[0]["ctx"]["error"]))
    reasons = reasons_of(error)
    return answer(422, f"{len(reasons)} field(s) must be mended; see errors", reasons=reasons)


def reasons_of(error: ValidationError) -> list[ReasonAnswer]:
    found = error.errors(include_url=False, include_input=False)
    broken = {one["loc"][:1] for one in found if len(one["loc"]) > 1}
    found = [one for one in found if one["type"] != "too_short" or one["loc"] not in broken]  # its entries do not read
    return [ReasonAnswer(field=_path(one["loc"]), code=one["type"], message=_remedy(one)) for one in found]


def of_domain(error: DomainError) -> Response:
    if isinstance(error, Invalid):
        reasons = [ReasonAnswer(field=field, code="invalid", message=why) for field, why in error.failures]
    else:
        reasons = [ReasonAnswer(field=error.field, code="refused", message=str(error))] if error.field else []
    response = answer(_status(error), str(error), reasons=reasons)
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def of_failures(failures: Sequence[Failure]) -> Response:
    reasons = of_rules(failures)
    return answer(422, "; ".join(reason.message for reason in reasons), reasons=reasons)


def of_rules(failures: Sequence[Failure]) -> list[ReasonAnswer]:
    return [ReasonAnswer(field=one.field, code=one.code, message=one.message) for one in failures]


def of_http(error: HTTPException) -> Response:
    status = error.code or 500
    response = answer(status, DETAILS.get(status) or error.description or HTTPStatus(status).phrase)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
            response.headers[name] = value
    return response


def of_database(error: SQLAlchemyError) -> Response:
    """A database that is away is 503; a statement that it refuses is our fault."""
    if outages.is_busy(error):
        return answer(409, BUSY, retry_after=1)
    if not outages.is_away(error):
        raise error
    return answer(503, "the database does not answer: send the same request with the same key again", retry_after=5)


def _unreadable(why: str) -> Response:
    if re.search("escape|surrogate", why):
        reason = ReasonAnswer(field="body", code="unicode", message=f"holds text that is not Unicode: {why}")
        return answer(422, "the body holds text that is not Unicode", reasons=[reason])
    return answer(400, f"the body is not valid JSON: {why}")


def _status(error: DomainError) -> int:
    known = {NotFound: 404, StaleState: 409, Forbidden: 403, UnknownKey: 401, BadCursor: 400}
    return next((status for kind, status in known.items() if isinstance(error, kind)), 422)


def _path(location: Sequence[int | str]) -> str:
    return ".".join(str(part) for part in location) or "body"


def _remedy(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if context.get("pattern") in fields.REMEDIES:
        return fields.REMEDIES[context["pattern"]]
    template = REMEDIES.get(error["type"])
    return template.format(**context) if template else str(error["msg"])
