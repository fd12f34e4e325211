"""Who may ask for what: every route and method by hand, so that the code is never compared with itself.

A cell is the status that a request gets in an empty house: 200, 303 after a POST, 404 where the thing is missing, 422
where the form is empty, 403 where the role may not, "login" where a stranger is sent to sign in. ``path`` fills the
arguments of the rule. Add a row for each route you add; tests/web/test_role_matrix.py asks every cell.
"""

from dataclasses import dataclass, field

LOGIN = "login"
LOT, CASE, SERIAL, CUSTOMER = (f"<int(max=999999999999):{name}_id>" for name in ("lot", "case", "serial", "customer"))


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

ADMIN: tuple[Row, ...] = (
    of_admin("GET", "/admin/", 302),
    of_admin("GET", "/admin/sales/", 200),
    of_admin("GET", "/admin/sales/<by>.csv", 200, path="/admin/sales/region.csv"),
    of_admin("GET", "/admin/company/", 200),
    of_admin("POST", "/admin/company/", 422),
    of_admin("GET", "/admin/company/logo", 404),
    of_admin("POST", "/admin/company/logo", 422),
    of_admin("POST", "/admin/company/logo/removal", 303),
    of_admin("GET", "/admin/users/", 200),
    of_admin("GET", "/admin/users/new", 200),
    of_admin("POST", "/admin/users/", 422),
    of_admin("GET", "/admin/users/<int:user_id>", 404, path="/admin/users/0"),
    of_admin("POST", "/admin/users/<int:user_id>", 404, path="/admin/users/0"),
    of_admin("POST", "/admin/users/<int:user_id>/disabling", 404, path="/admin/users/0/disabling"),
    of_admin("POST", "/admin/users/<int:user_id>/enabling", 404, path="/admin/users/0/enabling"),
    of_admin("POST", "/admin/users/<int:user_id>/password", 404, path="/admin/users/0/password"),
    of_admin("POST", "/admin/users/<int:user_id>/totp-removal", 404, path="/admin/users/0/totp-removal"),
    of_admin("GET", "/admin/api-keys/", 200),
    of_admin("GET", "/admin/api-keys/new", 200),
    of_admin("POST", "/admin/api-keys/", 422),
    of_admin("POST", "/admin/api-keys/<int:key_id>/revocation", 303, path="/admin/api-keys/0/revocation"),
    of_admin("GET", "/admin/sites/", 200),
    of_admin("GET", "/admin/sites/new", 200),
    of_admin("POST", "/admin/sites/", 422),
    of_admin("GET", "/admin/sites/<code>", 404, path="/admin/sites/NONE"),
    of_admin("POST", "/admin/sites/<code>", 404, path="/admin/sites/NONE"),
    of_admin("GET", "/admin/products/", 200),
    of_admin("GET", "/admin/products/new", 200),
    of_admin("POST", "/admin/products/", 422),
    of_admin("GET", "/admin/products/<path:code>", 404, path="/admin/products/NONE"),
    of_admin("POST", "/admin/products/<path:code>", 404, path="/admin/products/NONE"),
    of_admin("POST", "/admin/products/<path:code>/prices", 404, path="/admin/products/NONE/prices"),
    of_admin("GET", "/admin/channels/", 200),
    of_admin("GET", "/admin/channels/new", 200),
    of_admin("POST", "/admin/channels/", 422),
    of_admin("GET", "/admin/channels/<code>", 404, path="/admin/channels/none"),
    of_admin("POST", "/admin/channels/<code>", 404, path="/admin/channels/none"),
    of_admin("GET", "/admin/channels/<code>/stock/", 404, path="/admin/channels/none/stock/"),
    of_admin("GET", "/admin/channels/<code>/stock/state", 404, path="/admin/channels/none/stock/state"),
    of_admin("GET", "/admin/channels/<code>/stock/settings", 404, path="/admin/channels/none/stock/settings"),
    of_admin("POST", "/admin/channels/<code>/stock/settings", 404, path="/admin/channels/none/stock/settings"),
    of_admin("POST", "/admin/channels/<code>/stock/secret", 404, path="/admin/channels/none/stock/secret"),
    of_admin("POST", "/admin/channels/<code>/stock/renewals", 404, path="/admin/channels/none/stock/renewals"),
    of_admin("POST", "/admin/channels/<code>/stock/attempts", 404, path="/admin/channels/none/stock/attempts"),
    of_admin("GET", "/admin/zones/", 200),
    of_admin("GET", "/admin/zones/new", 200),
    of_admin("POST", "/admin/zones/", 422),
    of_admin("GET", "/admin/zones/<code>", 404, path="/admin/zones/none"),
    of_admin("POST", "/admin/zones/<code>", 404, path="/admin/zones/none"),
    of_admin("GET", "/admin/dead-letters/", 200),
    of_admin("GET", "/admin/dead-letters/count", 200),
    of_admin("POST", "/admin/dead-letters/retries", 422),
    of_admin("POST", "/admin/dead-letters/skips", 422),
    of_admin("GET", "/admin/messages/", 200),
    of_admin("GET", "/admin/messages/<int:message_id>", 404, path="/admin/messages/0"),
    of_admin("POST", "/admin/messages/<int:message_id>/sending", 404, path="/admin/messages/0/sending"),
    of_admin("POST", "/admin/messages/<int:message_id>/withdrawal", 404, path="/admin/messages/0/withdrawal"),
    of_admin("GET", "/admin/products/<path:code>/keeping", 404, path="/admin/products/NONE/keeping"),
    of_admin("POST", "/admin/products/<path:code>/keeping", 404, path="/admin/products/NONE/keeping"),
    of_admin("GET", f"/admin/lots/{LOT}/", 404, path="/admin/lots/0/"),
    of_admin("POST", f"/admin/lots/{LOT}/freeze", 404, path="/admin/lots/0/freeze"),
    of_admin("POST", f"/admin/lots/{LOT}/freeze/removal", 303, path="/admin/lots/0/freeze/removal"),
    of_admin("POST", f"/admin/lots/{LOT}/notices", 404, path="/admin/lots/0/notices"),
    of_admin("POST", f"/admin/lots/{LOT}/notices/sending", 303, path="/admin/lots/0/notices/sending"),
    of_admin("GET", f"/admin/lots/{LOT}/orders.csv", 404, path="/admin/lots/0/orders.csv"),
    of_admin("GET", "/admin/quarantine/", 200),
    of_admin("POST", "/admin/quarantine/missing-cases", 303),
    of_admin("GET", f"/admin/quarantine/{CASE}", 404, path="/admin/quarantine/0"),
    of_admin("POST", f"/admin/quarantine/{CASE}/decisions", 404, path="/admin/quarantine/0/decisions"),
    of_admin("GET", f"/admin/quarantine/{CASE}/photo", 404, path="/admin/quarantine/0/photo"),
    of_admin("GET", "/admin/sessions/", 200),
    of_admin(
        "POST",
        "/admin/sessions/<int:user_id>/<int:session_id>/revocation",
        404,
        path="/admin/sessions/0/0/revocation",
    ),
    of_admin("GET", "/admin/audit/", 200),
)

BIG = "<int(max=999999999999)"

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
    of_support("GET", "/support/skus/<path:code>/adjustments/new", 404, path="/support/skus/NONE/adjustments/new"),
    of_support("POST", "/support/skus/<path:code>/adjustments", 404, path="/support/skus/NONE/adjustments"),
    of_support("GET", "/support/exceptions/", 200),
    of_support("GET", "/support/exceptions/count", 200),
    of_support("GET", "/support/exceptions/<int:exception_id>", 404, path="/support/exceptions/0"),
    of_support("POST", "/support/exceptions/<int:exception_id>/placement", 404, path="/support/exceptions/0/placement"),
    of_support("POST", "/support/exceptions/<int:exception_id>/set-aside", 409, path="/support/exceptions/0/set-aside"),
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
    of_support("GET", "/support/imports/<int:import_id>/rejected.csv", 404, path="/support/imports/0/rejected.csv"),
    of_support("GET", "/support/imports/<int:import_id>/repairs.csv", 404, path="/support/imports/0/repairs.csv"),
)

PICK = "/warehouse/picks/<int(max=999999999999):pick_list_id>"
PARCEL = "/warehouse/shipments/<int(max=999999999999):parcel_id>"

WAREHOUSE: tuple[Row, ...] = (
    of_warehouse("GET", "/warehouse/", 302),
    of_warehouse("GET", "/warehouse/queue/", 200),
    of_warehouse("POST", "/warehouse/releases/", 303),
    of_warehouse("POST", "/warehouse/recalls/", 303),
    of_warehouse("GET", "/warehouse/work/", 302),
    of_warehouse("GET", "/warehouse/work/<code>", 404, path="/warehouse/work/W-1-1"),
    of_warehouse("GET", "/warehouse/work/<code>/slip.pdf", 404, path="/warehouse/work/W-1-1/slip.pdf"),
    of_warehouse("GET", "/warehouse/picks/", 200),
    of_warehouse("GET", PICK, 404, path="/warehouse/picks/0"),
    of_warehouse("GET", f"{PICK}.pdf", 404, path="/warehouse/picks/0.pdf"),
    of_warehouse("GET", f"{PICK}/slips.pdf", 404, path="/warehouse/picks/0/slips.pdf"),
    of_warehouse("POST", f"{PICK}/units", 404, path="/warehouse/picks/0/units"),
    of_warehouse("POST", f"{PICK}/returns", 404, path="/warehouse/picks/0/returns"),
    of_warehouse("GET", f"{PICK}/shortages/new", 404, path="/warehouse/picks/0/shortages/new"),
    of_warehouse("POST", f"{PICK}/shortages", 404, path="/warehouse/picks/0/shortages"),
    of_warehouse("GET", "/warehouse/packing/", 200),
    of_warehouse("GET", "/warehouse/packing/<code>", 404, path="/warehouse/packing/W-1-1"),
    of_warehouse("POST", "/warehouse/packing/<code>/checks", 404, path="/warehouse/packing/W-1-1/checks"),
    of_warehouse(
        "POST", "/warehouse/packing/<code>/acknowledgements", 404, path="/warehouse/packing/W-1-1/acknowledgements"
    ),
    of_warehouse("POST", "/warehouse/packing/<code>/emptyings", 404, path="/warehouse/packing/W-1-1/emptyings"),
    of_warehouse("POST", "/warehouse/packing/<code>/parcels", 404, path="/warehouse/packing/W-1-1/parcels"),
    of_warehouse("GET", "/warehouse/quarantine/", 200),
    of_warehouse("GET", "/warehouse/quarantine/new", 200),
    of_warehouse("POST", "/warehouse/quarantine/", 422),
    of_warehouse("GET", "/warehouse/numbers/new", 200),
    of_warehouse("POST", "/warehouse/numbers/", 422),
    of_warehouse("GET", "/warehouse/shipments/", 200),
    of_warehouse("GET", PARCEL, 404, path="/warehouse/shipments/0"),
    of_warehouse("POST", f"{PARCEL}/departure", 404, path="/warehouse/shipments/0/departure"),
    of_warehouse("POST", f"{PARCEL}/opening", 404, path="/warehouse/shipments/0/opening"),
    of_warehouse("POST", "/warehouse/shipments/arrivals", 303),
)

TRACKING: tuple[Row, ...] = (
    everybody("GET", "/track/", 200),
    everybody("POST", "/track/", 422),
    everybody("GET", "/track/<tracking_key>", 404, path="/track/" + "x" * 32),
)

MATRIX = (*SHELL, *ACCOUNT, *API, *ADMIN, *SUPPORT, *WAREHOUSE, *TRACKING)
