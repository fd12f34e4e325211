"""Every page and who opens it, by hand. ``{names}`` in a path are ids that the demo company has: see THINGS.

A rule may stand here several times, once for each face that its page has. What answers with something else than a
whole page stands in NOT_PAGES. tests/browser/test_every_page.py refuses a route that stands in neither.
"""

from tests.browser.table_admin import ADMIN
from tests.browser.table_floor import WAREHOUSE
from tests.browser.visits import CASE, CUSTOMER, LOT, SERIAL, Visit, of_support, public, staff

PICKS = "/warehouse/picks/<int(max=999999999999):pick_list_id>"


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
    public("/track/<tracking_key>", "/track/{key_slipped}"),
    public("/track/<tracking_key>", "/track/{key_cancelled}"),
    public("/track/<tracking_key>", "/track/{key_kit}"),
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
    of_support("/support/orders/<number>", "/support/orders/{order_kit}"),
    of_support("/support/orders/<number>", "/support/orders/{order_held}"),
    of_support("/support/orders/<number>", "/support/orders/{order_waiting}"),
    of_support("/support/orders/<number>", "/support/orders/{order_slipped}"),
    of_support("/support/orders/<number>", "/support/orders/{order_cancelled}"),
    of_support("/support/orders/<number>", "/support/orders/{order_past}"),
    of_support("/support/orders/<number>/timeline", "/support/orders/{order_parts}/timeline"),
    of_support("/support/orders/<number>/address", "/support/orders/{order_fresh}/address"),
    of_support("/support/orders/<number>/cancellation/new", "/support/orders/{order_fresh}/cancellation/new"),
    of_support("/support/orders/<number>/cancellation/new", "/support/orders/{order_kit}/cancellation/new"),
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
    of_support("/support/skus/<path:code>/availability", "/support/skus/{sku}/availability?quantity=1"),
    of_support("/support/skus/<path:code>/availability", "/support/skus/{sku_to_come}/availability?quantity=40"),
    of_support("/support/skus/<path:code>", "/support/skus/{sku_ruled}"),
    of_support("/support/skus/<path:code>/rows/<what>", "/support/skus/{sku_sold}/rows/on-hand"),
    of_support("/support/skus/<path:code>/rows/<what>", "/support/skus/{sku_sold}/rows/allocated"),
    of_support("/support/skus/<path:code>/rows/<what>", "/support/skus/{sku_sold}/rows/reserved"),
    of_support("/support/skus/<path:code>/rows/<what>", "/support/skus/{sku_coming}/rows/incoming"),
    of_support("/support/skus/<path:code>/adjustments/new", "/support/skus/{sku}/adjustments/new"),
    of_support("/support/transfers/", is_list=True),
    of_support("/support/transfers/", "/support/transfers/?view=late", is_list=True),
    of_support("/support/transfers/<number>", "/support/transfers/{transfer_partly}"),
    of_support("/support/transfers/<number>", "/support/transfers/{transfer_draft}"),
    of_support("/support/skus/<path:code>", "/support/skus/{kit}"),
    of_support("/support/reservations/", is_list=True),
    of_support("/support/reservations/<token>", "/support/reservations/{reservation}"),
    of_support("/support/reservations/<token>", "/support/reservations/{reservation_ended}"),
    of_support("/support/exceptions/", is_list=True),
    of_support("/support/exceptions/<int:exception_id>", "/support/exceptions/{exception}"),
    of_support("/support/imports/", is_list=True),
    of_support("/support/imports/new", is_list=True),
    of_support("/support/imports/<int:import_id>", "/support/imports/{import_checked}"),
    of_support("/support/imports/<int:import_id>", "/support/imports/{import_counts}"),
    of_support("/support/imports/<int:import_id>", "/support/imports/{import_done}"),
    of_support("/support/imports/<int:import_id>", "/support/imports/{import_failed}"),
    of_support("/support/imports/<int:import_id>/columns", "/support/imports/{import_uploaded}/columns"),
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
    "/admin/counts/count": "a number",
    "/admin/dead-letters/count": "a number",
    "/admin/channels/<code>/stock/state": "a part of a page, read again while it changes",
    "/admin/exports/<kind>.<any(csv, xlsx):format>": "a file",
    "/admin/exports/<int:export_id>/file": "a file",
    "/admin/sales/<by>.csv": "a file",
    f"/admin/lots/{LOT}/orders.csv": "a file",
    f"/admin/quarantine/{CASE}/photo": "a picture",
    "/api/v1/openapi.json": "JSON",
    "/admin/alerts/count": "a number",
    "/admin/stock-report/<by>.csv": "a file",
    "/api/v1/stock": "JSON",
    "/api/v1/skus": "JSON",
    "/api/v1/skus/<path:code>": "JSON",
    "/api/v1/skus/<path:code>/availability": "JSON",
    "/api/v1/sites": "JSON",
    "/api/v1/sites/<code>": "JSON",
    "/api/v1/orders": "JSON",
    "/api/v1/orders/<number>": "JSON",
    "/api/v1/transfers": "JSON",
    "/api/v1/transfers/<number>": "JSON",
    "/api/v1/purchase-orders": "JSON",
    "/api/v1/purchase-orders/<number>": "JSON",
    "/api/v1/reservations": "JSON",
    "/api/v1/reservations/<token>": "JSON",
    "/healthz": "for proxies",
    "/readyz": "for proxies",
    "/static/<digest>/<path:name>": "a file",
    "/vendor/<digest>/<path:name>": "a file",
    "/support/exceptions/count": "a number",
    "/support/imports/<int:import_id>/rejected.<any(csv, xlsx):format>": "a file",
    "/support/imports/<int:import_id>/repairs.<any(csv, xlsx):format>": "a file",
    "/support/imports/<int:import_id>/results.<any(csv, xlsx):format>": "a file",
    "/support/imports/templates/<kind>.<any(csv, xlsx):format>": "a file",
    "/support/orders/views": "the tabs of the order board",
    "/warehouse/": "leads on",
    "/warehouse/work/": "leads on",
    "/warehouse/work/<code>/slip.pdf": "a PDF",
    "/warehouse/labels/labels.pdf": "a PDF",
    "/admin/purchase-orders/<number>/paper": "a PDF",
    "/admin/purchase-orders/<number>/mailings/<int:mailing_id>.pdf": "a PDF",
    f"{PICKS}.pdf": "a PDF",
    f"{PICKS}/slips.pdf": "a PDF",
}
