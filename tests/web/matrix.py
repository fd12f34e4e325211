"""Who may ask for what: every route and method by hand, so that the code is never compared with itself.

A cell is the status that a request gets in an empty house: 200, 303 after a POST, 404 where the thing is missing, 422
where the form is empty, 403 where the role may not, "login" where a stranger is sent to sign in. ``path`` fills the
arguments of the rule. Add a row for each route you add; tests/web/test_role_matrix.py asks every cell.
"""

from tests.web.matrix_admin import ADMIN
from tests.web.matrix_api import API
from tests.web.matrix_floor import WAREHOUSE
from tests.web.rows import (
    BIG,
    CUSTOMER,
    LOGIN,
    LOT,
    SERIAL,
    Row,
    everybody,
    of_support,
    staff,
)

A_FORMAT = "<any(csv, xlsx):format>"


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

AN_IMPORT = "/support/imports/<int:import_id>"

SUPPORT: tuple[Row, ...] = (
    of_support("GET", "/support/", 302),
    of_support("GET", "/support/orders/", 200),
    of_support("GET", "/support/orders/views", 303),
    of_support("GET", "/support/orders/new", 200),
    of_support("POST", "/support/orders/new", 422),
    of_support("POST", "/support/orders/new/preview", 422),
    of_support("POST", "/support/orders/bulk/holds", 422),
    of_support("POST", "/support/orders/bulk/releases", 422),
    of_support("GET", "/support/orders/<number>", 404, path="/support/orders/W-1"),
    of_support("GET", "/support/orders/<number>/timeline", 404, path="/support/orders/W-1/timeline"),
    of_support("POST", "/support/orders/<number>/notes", 404, path="/support/orders/W-1/notes"),
    of_support("POST", "/support/orders/<number>/holds", 404, path="/support/orders/W-1/holds"),
    of_support(
        "POST",
        f"/support/orders/<number>/holds/{BIG}:hold_id>/release",
        404,
        path="/support/orders/W-1/holds/0/release",
    ),
    of_support("GET", "/support/orders/<number>/cancellation/new", 404, path="/support/orders/W-1/cancellation/new"),
    of_support("POST", "/support/orders/<number>/cancellation", 404, path="/support/orders/W-1/cancellation"),
    of_support("GET", "/support/orders/<number>/address", 404, path="/support/orders/W-1/address"),
    of_support("POST", "/support/orders/<number>/address", 422, path="/support/orders/W-1/address"),
    of_support("GET", "/support/orders/<number>/payments/new", 404, path="/support/orders/W-1/payments/new"),
    of_support("POST", "/support/orders/<number>/payments", 404, path="/support/orders/W-1/payments"),
    of_support("GET", "/support/orders/<number>/refunds/new", 404, path="/support/orders/W-1/refunds/new"),
    of_support("POST", "/support/orders/<number>/refunds", 404, path="/support/orders/W-1/refunds"),
    of_support(
        "POST",
        f"/support/orders/<number>/messages/{BIG}:message_id>/copies",
        404,
        path="/support/orders/W-1/messages/0/copies",
    ),
    of_support("GET", "/support/customers/", 200),
    of_support("GET", f"/support/customers/{CUSTOMER}/shelf-life", 404, path="/support/customers/0/shelf-life"),
    of_support("POST", f"/support/customers/{CUSTOMER}/shelf-life", 404, path="/support/customers/0/shelf-life"),
    of_support("GET", "/support/lots/", 200),
    of_support("GET", f"/support/lots/{LOT}", 404, path="/support/lots/0"),
    of_support("GET", "/support/serials/", 200),
    of_support("GET", f"/support/serials/{SERIAL}", 404, path="/support/serials/0"),
    of_support("GET", "/support/views/", 200),
    of_support("POST", "/support/views/", 422),
    of_support("POST", f"/support/views/{BIG}:view_id>/removal", 404, path="/support/views/0/removal"),
    of_support("GET", "/support/skus/", 200),
    of_support("GET", "/support/skus/<path:code>", 404, path="/support/skus/NONE"),
    of_support("GET", "/support/skus/<path:code>/availability", 404, path="/support/skus/NONE/availability"),
    of_support("GET", "/support/skus/<path:code>/rows/<what>", 404, path="/support/skus/NONE/rows/incoming"),
    of_support("GET", "/support/skus/<path:code>/adjustments/new", 404, path="/support/skus/NONE/adjustments/new"),
    of_support("POST", "/support/skus/<path:code>/adjustments", 404, path="/support/skus/NONE/adjustments"),
    of_support("GET", "/support/transfers/", 200),
    of_support("GET", "/support/transfers/<number>", 404, path="/support/transfers/T-0"),
    of_support("GET", "/support/reservations/", 200),
    of_support("GET", "/support/reservations/<token>", 404, path="/support/reservations/none"),
    of_support("POST", "/support/reservations/<token>/release", 404, path="/support/reservations/none/release"),
    of_support("GET", "/support/exceptions/", 200),
    of_support("GET", "/support/exceptions/count", 200),
    of_support("GET", "/support/exceptions/<int:exception_id>", 404, path="/support/exceptions/0"),
    of_support("POST", "/support/exceptions/<int:exception_id>/placement", 404, path="/support/exceptions/0/placement"),
    of_support("POST", "/support/exceptions/<int:exception_id>/set-aside", 404, path="/support/exceptions/0/set-aside"),
    of_support("POST", "/support/exceptions/retry", 303),
    of_support("GET", "/support/imports/", 200),
    of_support("GET", "/support/imports/new", 200),
    of_support("POST", "/support/imports/", 422),
    of_support("GET", "/support/imports/<int:import_id>", 404, path="/support/imports/0"),
    of_support("GET", "/support/imports/<int:import_id>/columns", 404, path="/support/imports/0/columns"),
    of_support("POST", "/support/imports/<int:import_id>/check", 404, path="/support/imports/0/check"),
    of_support("POST", "/support/imports/<int:import_id>/run", 404, path="/support/imports/0/run"),
    of_support("POST", "/support/imports/<int:import_id>/pause", 404, path="/support/imports/0/pause"),
    of_support("POST", "/support/imports/<int:import_id>/undo", 404, path="/support/imports/0/undo"),
    of_support("POST", "/support/imports/<int:import_id>/discard", 404, path="/support/imports/0/discard"),
    of_support("GET", f"{AN_IMPORT}/rejected.{A_FORMAT}", 404, path="/support/imports/0/rejected.csv"),
    of_support("GET", f"{AN_IMPORT}/results.{A_FORMAT}", 404, path="/support/imports/0/results.xlsx"),
    of_support("GET", f"{AN_IMPORT}/repairs.{A_FORMAT}", 404, path="/support/imports/0/repairs.csv"),
    of_support(
        "GET", f"/support/imports/templates/<kind>.{A_FORMAT}", 200, path="/support/imports/templates/stock.csv"
    ),
)

TRACKING: tuple[Row, ...] = (
    everybody("GET", "/track/", 200),
    everybody("POST", "/track/", 422),
    everybody("GET", "/track/<tracking_key>", 404, path="/track/" + "x" * 32),
)

MATRIX = (*SHELL, *ACCOUNT, *API, *ADMIN, *SUPPORT, *WAREHOUSE, *TRACKING)
