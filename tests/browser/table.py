"""Every page and who opens it, by hand. ``{names}`` in a path are ids that the demo company has: see THINGS.

A rule may stand here several times, once for each face that its page has. What answers with something else than a
whole page stands in NOT_PAGES. tests/browser/test_every_page.py refuses a route that stands in neither.
"""

from dataclasses import dataclass

PICKS = "/warehouse/picks/<int(max=999999999999):pick_list_id>"
LOT, CASE, SERIAL, CUSTOMER = (f"<int(max=999999999999):{name}_id>" for name in ("lot", "case", "serial", "customer"))


@dataclass(frozen=True)
class Visit:
    """``is_list``: opened in an empty company too. ``status``: a page may be a refusal, and is a page all the same."""

    rule: str
    path: str
    roles: tuple[str, ...]
    is_list: bool = False
    status: int = 200

    @property
    def id(self) -> str:
        return f"{self.path} as {'+'.join(self.roles)}"


def public(rule: str, path: str = "", *, status: int = 200) -> Visit:
    return Visit(rule, path or rule, ("nobody",), status=status)


def staff(rule: str, path: str = "", **more: bool) -> Visit:
    return Visit(rule, path or rule, ("warehouse", "support", "admin"), **more)


def of_support(rule: str, path: str = "", **more: bool) -> Visit:
    return Visit(rule, path or rule, ("support", "admin"), **more)


def of_warehouse(rule: str, path: str = "", **more: bool) -> Visit:
    return Visit(rule, path or rule, ("warehouse", "admin"), **more)


def of_admin(rule: str, path: str = "", **more: bool) -> Visit:
    return Visit(rule, path or rule, ("admin",), **more)


PUBLIC = (
    public("/account/login"),
    public("/account/password-reset/"),
    public("/account/password-reset/<token>", "/account/password-reset/none", status=400),
    public("/api/v1/docs"),
    public("/track/"),
    public("/track/<tracking_key>", "/track/{key_open}"),
    public("/track/<tracking_key>", "/track/{key_parts}"),
    public("/track/<tracking_key>", "/track/{key_delivered}"),
    public("/track/<tracking_key>", "/track/{key_waiting}"),
    public("/track/<tracking_key>", "/track/{key_cancelled}"),
    public("/track/<tracking_key>", "/track/not-a-link-of-ours-at-all", status=404),
)

ACCOUNT = (
    staff("/account/"),
    staff("/account/password/"),
    staff("/account/sessions/"),
    staff("/account/totp/"),
)

SUPPORT = (
    of_support("/support/orders/", is_list=True),
    of_support("/support/orders/", "/support/orders/?view=all&status=shipped&status=delivered&sort=-total"),
    of_support("/support/orders/", "/support/orders/?q=nothing-is-called-this", is_list=True),
    of_support("/support/orders/<number>", "/support/orders/{order_parts}"),
    of_support("/support/orders/<number>", "/support/orders/{order_held}"),
    of_support("/support/orders/<number>", "/support/orders/{order_waiting}"),
    of_support("/support/orders/<number>", "/support/orders/{order_cancelled}"),
    of_support("/support/orders/<number>", "/support/orders/{order_past}"),
    of_support("/support/orders/<number>/timeline", "/support/orders/{order_parts}/timeline"),
    of_support("/support/orders/<number>/address", "/support/orders/{order_fresh}/address"),
    of_support("/support/orders/<number>/cancellation/new", "/support/orders/{order_fresh}/cancellation/new"),
    of_support("/support/orders/<number>/payments/new", "/support/orders/{order_fresh}/payments/new"),
    of_support("/support/orders/<number>/refunds/new", "/support/orders/{order_paid}/refunds/new"),
    of_support("/support/orders/new", is_list=True),
    of_support("/support/views/", "/support/views/?query=view%3Dopen", is_list=True),
    of_support("/support/customers/", is_list=True),
    of_support(f"/support/customers/{CUSTOMER}/shelf-life", "/support/customers/{customer}/shelf-life"),
    of_support("/support/lots/", is_list=True),
    of_support("/support/lots/", "/support/lots/?state=all&within=90&q=nothing-like-it", is_list=True),
    of_support(f"/support/lots/{LOT}", "/support/lots/{lot_sent}"),
    of_support(f"/support/lots/{LOT}", "/support/lots/{lot_frozen}"),
    of_support("/support/serials/", is_list=True),
    of_support(f"/support/serials/{SERIAL}", "/support/serials/{serial}"),
    of_support("/support/skus/", is_list=True),
    of_support("/support/skus/<path:code>", "/support/skus/{sku}"),
    of_support("/support/skus/<path:code>/adjustments/new", "/support/skus/{sku}/adjustments/new"),
    of_support("/support/exceptions/", is_list=True),
    of_support("/support/exceptions/<int:exception_id>", "/support/exceptions/{exception}"),
    of_support("/support/imports/", is_list=True),
    of_support("/support/imports/new", is_list=True),
    of_support("/support/imports/<int:import_id>", "/support/imports/{import_checked}"),
    of_support("/support/imports/<int:import_id>", "/support/imports/{import_done}"),
    of_support("/support/imports/<int:import_id>", "/support/imports/{import_failed}"),
    of_support("/support/imports/<int:import_id>/columns", "/support/imports/{import_uploaded}/columns"),
)

WAREHOUSE = (
    of_warehouse("/warehouse/queue/", is_list=True),
    of_warehouse("/warehouse/queue/", "/warehouse/queue/?view=pick", is_list=True),
    of_warehouse("/warehouse/queue/", "/warehouse/queue/?view=pack", is_list=True),
    of_warehouse("/warehouse/queue/", "/warehouse/queue/?view=ship", is_list=True),
    of_warehouse("/warehouse/queue/", "/warehouse/queue/?view=held", is_list=True),
    of_warehouse("/warehouse/picks/", is_list=True),
    of_warehouse(PICKS, "/warehouse/picks/{list_open}"),
    of_warehouse(PICKS, "/warehouse/picks/{list_done}"),
    of_warehouse(f"{PICKS}/shortages/new", "/warehouse/picks/{list_open}/shortages/new"),
    of_warehouse("/warehouse/packing/", is_list=True),
    of_warehouse("/warehouse/packing/<code>", "/warehouse/packing/{work_picked}"),
    of_warehouse("/warehouse/packing/<code>", "/warehouse/packing/{work_wrong}"),
    of_warehouse("/warehouse/packing/<code>", "/warehouse/packing/{work_packed}"),
    of_warehouse("/warehouse/work/<code>", "/warehouse/work/{work_open}"),
    of_warehouse("/warehouse/work/<code>", "/warehouse/work/{work_packed}"),
    of_warehouse("/warehouse/quarantine/", is_list=True),
    of_warehouse("/warehouse/quarantine/new"),
    of_warehouse("/warehouse/numbers/new"),
    of_warehouse("/warehouse/shipments/", is_list=True),
    of_warehouse("/warehouse/shipments/", "/warehouse/shipments/?view=shipped", is_list=True),
    of_warehouse("/warehouse/shipments/<int(max=999999999999):parcel_id>", "/warehouse/shipments/{parcel_packed}"),
    of_warehouse("/warehouse/shipments/<int(max=999999999999):parcel_id>", "/warehouse/shipments/{parcel_shipped}"),
)

ADMIN = (
    of_admin("/admin/sales/", is_list=True),
    of_admin("/admin/company/", is_list=True),
    of_admin("/admin/users/", is_list=True),
    of_admin("/admin/users/new"),
    of_admin("/admin/users/<int:user_id>", "/admin/users/{user}"),
    of_admin("/admin/api-keys/", is_list=True),
    of_admin("/admin/api-keys/new"),
    of_admin("/admin/sites/", is_list=True),
    of_admin("/admin/sites/new"),
    of_admin("/admin/sites/<code>", "/admin/sites/RNO1"),
    of_admin("/admin/products/", is_list=True),
    of_admin("/admin/products/new"),
    of_admin("/admin/products/<path:code>", "/admin/products/{sku}"),
    of_admin("/admin/channels/", is_list=True),
    of_admin("/admin/channels/new"),
    of_admin("/admin/channels/<code>", "/admin/channels/web"),
    of_admin("/admin/channels/<code>/stock/", "/admin/channels/web/stock/"),
    of_admin("/admin/channels/<code>/stock/", "/admin/channels/web/stock/?state=refused"),
    of_admin("/admin/channels/<code>/stock/", "/admin/channels/phone/stock/"),
    of_admin("/admin/channels/<code>/stock/", "/admin/channels/api/stock/"),
    of_admin("/admin/channels/<code>/stock/", "/admin/channels/store/stock/?state=waiting"),
    of_admin("/admin/channels/<code>/stock/settings", "/admin/channels/web/stock/settings"),
    of_admin("/admin/zones/", is_list=True),
    of_admin("/admin/zones/new"),
    of_admin("/admin/zones/<code>", "/admin/zones/domestic"),
    of_admin("/admin/dead-letters/", is_list=True),
    of_admin("/admin/messages/", is_list=True),
    of_admin("/admin/messages/<int:message_id>", "/admin/messages/{message}"),
    of_admin("/admin/products/<path:code>/keeping", "/admin/products/{sku}/keeping"),
    of_admin(f"/admin/lots/{LOT}/", "/admin/lots/{lot_sent}/"),
    of_admin(f"/admin/lots/{LOT}/", "/admin/lots/{lot_frozen}/"),
    of_admin("/admin/quarantine/", is_list=True),
    of_admin("/admin/quarantine/", "/admin/quarantine/?state=closed", is_list=True),
    of_admin(f"/admin/quarantine/{CASE}", "/admin/quarantine/{case_open}"),
    of_admin(f"/admin/quarantine/{CASE}", "/admin/quarantine/{case_closed}"),
    of_admin("/admin/sessions/", is_list=True),
    of_admin("/admin/audit/", is_list=True),
)

REFUSALS = (
    Visit("/support/orders/<number>", "/support/orders/W-0", ("support",), status=404),
    Visit("/admin/users/", "/admin/users/", ("support",), status=403),
)

VISITS = (*PUBLIC, *ACCOUNT, *SUPPORT, *WAREHOUSE, *ADMIN, *REFUSALS)

NOT_PAGES = {
    "/": "leads on",
    "/account/code": "leads on, except between password and code: tests/browser/test_shell.py",
    "/admin/": "leads on",
    "/support/": "leads on",
    "/admin/company/logo": "a picture",
    "/admin/dead-letters/count": "a number",
    "/admin/channels/<code>/stock/state": "a part of a page, read again while it changes",
    "/admin/sales/<by>.csv": "a file",
    f"/admin/lots/{LOT}/orders.csv": "a file",
    f"/admin/quarantine/{CASE}/photo": "a picture",
    "/api/v1/openapi.json": "JSON",
    "/api/v1/orders": "JSON",
    "/api/v1/orders/<number>": "JSON",
    "/healthz": "for proxies",
    "/readyz": "for proxies",
    "/static/<digest>/<path:name>": "a file",
    "/vendor/<digest>/<path:name>": "a file",
    "/support/exceptions/count": "a number",
    "/support/imports/<int:import_id>/rejected.csv": "a file",
    "/support/imports/<int:import_id>/repairs.csv": "a file",
    "/support/orders/views": "the tabs of the order board",
    "/warehouse/": "leads on",
    "/warehouse/work/": "leads on",
    "/warehouse/work/<code>/slip.pdf": "a PDF",
    f"{PICKS}.pdf": "a PDF",
    f"{PICKS}/slips.pdf": "a PDF",
}
