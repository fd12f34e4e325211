"""Who may ask for what: every route and method by hand, so that the code is never compared with itself.

A cell is the status that a request gets in an empty house: 200, 303 after a POST, 404 where the thing is missing, 422
where the form is empty, 403 where the role may not, "login" where a stranger is sent to sign in. ``path`` fills the
arguments of the rule. Add a row for each route you add; tests/web/test_role_matrix.py asks every cell.
"""

from dataclasses import dataclass, field

LOGIN = "login"


@dataclass(frozen=True)
class Row:
    method: str
    rule: str
    anonymous: int | str
    warehouse: int | str
    support: int | str
    admin: int | str
    path: str = ""
    data: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        return self.method, self.rule


def everybody(method: str, rule: str, status: int | str, **more: str) -> Row:
    return Row(method, rule, status, status, status, status, **more)  # type: ignore[arg-type]


def staff(method: str, rule: str, status: int, **more: str) -> Row:
    """Any role, but no stranger."""
    return Row(method, rule, LOGIN, status, status, status, **more)  # type: ignore[arg-type]


def of_support(method: str, rule: str, status: int, **more: str) -> Row:
    return Row(method, rule, LOGIN, 403, status, status, **more)  # type: ignore[arg-type]


def of_warehouse(method: str, rule: str, status: int, **more: str) -> Row:
    return Row(method, rule, LOGIN, status, 403, status, **more)  # type: ignore[arg-type]


def of_admin(method: str, rule: str, status: int, **more: str) -> Row:
    return Row(method, rule, LOGIN, 403, 403, status, **more)  # type: ignore[arg-type]


SHELL = (
    Row("GET", "/", LOGIN, 302, 302, 302),
    everybody("GET", "/healthz", 200),
    everybody("GET", "/readyz", 200),
    everybody("GET", "/static/<digest>/<path:name>", 404, path="/static/none/app.css"),
    everybody("GET", "/vendor/<digest>/<path:name>", 404, path="/vendor/none/htmx.js"),
)

ACCOUNT = (
    Row("GET", "/account/login", 200, 302, 302, 302),
    everybody("POST", "/account/login", 422),
    everybody("POST", "/account/logout", 303),
    everybody("POST", "/account/theme", 303),
    everybody("GET", "/account/code", LOGIN),
    everybody("POST", "/account/code", 303),
    everybody("GET", "/account/password-reset/", 200),
    everybody("POST", "/account/password-reset/", 422),
    everybody("GET", "/account/password-reset/<token>", 400, path="/account/password-reset/none"),
    everybody("POST", "/account/password-reset/<token>", 422, path="/account/password-reset/none"),
    staff("GET", "/account/", 200),
    staff("POST", "/account/", 422),
    staff("GET", "/account/password/", 200),
    staff("POST", "/account/password/", 422),
    staff("GET", "/account/sessions/", 200),
    staff("POST", "/account/sessions/<int:session_id>/revocation", 404, path="/account/sessions/0/revocation"),
    staff("POST", "/account/sessions/revocation", 303),
    staff("GET", "/account/totp/", 200),
    staff("POST", "/account/totp/", 422),
    staff("POST", "/account/totp/secret", 303),
    staff("POST", "/account/totp/removal", 422),
)

API = (
    everybody("GET", "/api/v1/docs", 200),
    everybody("GET", "/api/v1/openapi.json", 200),
    everybody("GET", "/api/v1/orders", 401),
    everybody("POST", "/api/v1/orders", 401),
    everybody("GET", "/api/v1/orders/<number>", 401, path="/api/v1/orders/W-1"),
    everybody("POST", "/api/v1/orders/<number>/cancellation", 401, path="/api/v1/orders/W-1/cancellation"),
    everybody("POST", "/api/v1/orders/<number>/payments", 401, path="/api/v1/orders/W-1/payments"),
    everybody("POST", "/api/v1/orders/<number>/refunds", 401, path="/api/v1/orders/W-1/refunds"),
)

ADMIN: tuple[Row, ...] = ()

SUPPORT: tuple[Row, ...] = ()

WAREHOUSE: tuple[Row, ...] = ()

TRACKING: tuple[Row, ...] = ()

MATRIX = (*SHELL, *ACCOUNT, *API, *ADMIN, *SUPPORT, *WAREHOUSE, *TRACKING)
