"""Every address of the web by its rule, in a world where the things are there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from flask import Flask

from app.kernel import clock

WITHOUT_WORDS = ("/api/", "/static/", "/vendor/", "/healthz", "/readyz")
PICK, PARCEL = (
    "/warehouse/picks/<int(max=999999999999):pick_list_id>",
    "/warehouse/shipments/<int(max=999999999999):parcel_id>",
)
A_FORMAT = "<any(csv, xlsx):format>"
SOON = (clock.now() + timedelta(days=30)).date().isoformat()


@dataclass
class Ids:
    """What stands in addresses; ``sku`` and the numbers as they are, not yet quoted."""

    sku: str = ""
    number: str = ""
    waiting_number: str = ""
    tracking_key: str = ""
    work: str = ""
    box: str = ""
    order: int = 0
    parcel: int = 0
    sent: int = 0
    pick_list: int = 0
    exception: int = 0
    import_id: int = 0
    uploaded: int = 0
    message: int = 0
    notice: int = 0
    lot_id: int = 0
    recalled: int = 0
    case: int = 0
    serial: int = 0
    customer: int = 0
    user: int = 0
    dead: int = 0
    work_id: int = 0
    count: str = ""
    count_again: str = ""
    count_decide: str = ""
    count_plan: int = 0
    purchase: str = ""
    purchase_draft: str = ""
    purchase_line: int = 0
    mailing: int = 0
    lot: str = ""
    draft: str = ""
    away: str = ""
    rule: int = 0
    category_rule: int = 0
    alert: int = 0
    snoozed: int = 0
    held: str = ""
    exported: int = 0
    export_failed: int = 0


def special(ids: Ids) -> dict[str, list[str]]:
    """Rules with arguments or questions; all others are asked for as they stand."""
    return {**_of_the_desk(ids), **_of_lots(ids), **_of_the_floor(ids), **_of_shelves(ids), **_of_stock(ids)}


def _of_stock(ids: Ids) -> dict[str, list[str]]:
    """Rules, alerts and numbers of stock, and exports."""
    sku, rules, seen = quote(ids.sku), "/admin/stock-rules", f"/support/skus/{quote(ids.sku)}"
    behind = ("on-hand", "allocated", "reserved", "unavailable", "incoming")
    return {
        "/admin/alerts/": [f"/admin/alerts/?state={state}" for state in ("open", "snoozed", f"open&q={sku}")],
        "/admin/alerts/orders/": [f"/admin/alerts/orders/?alert={ids.alert}&made={ids.purchase}"],
        "/admin/alerts/<int:alert_id>": [f"/admin/alerts/{id}" for id in (ids.alert, ids.snoozed)],
        "/admin/alerts/skus/<path:code>": [f"/admin/alerts/skus/{sku}"],
        "/admin/exports/": ["/admin/exports/", f"/admin/exports/?kind=prices&q={sku}&price_list={sku}"],
        "/admin/exports/<int:export_id>/file": [f"/admin/exports/{ids.exported}/file"],
        f"/admin/exports/<kind>.{A_FORMAT}": [f"/admin/exports/{name}" for name in ("products.csv", "ledger.xlsx")],
        "/admin/ledger/": ["/admin/ledger/", f"/admin/ledger/?sku={sku}", f"/admin/ledger/?lot={quote(ids.lot)}"],
        "/admin/ledger/chains/<path:code>": [f"/admin/ledger/chains/{sku}"],
        "/admin/levels/": ["/admin/levels/", f"/admin/levels/?q={sku}"],
        "/admin/stock-report/": ["/admin/stock-report/", f"/admin/stock-report/?sku={sku}&category={sku}"],
        "/admin/stock-report/<by>.csv": [f"/admin/stock-report/{by}.csv" for by in ("day", "sku")],
        f"{rules}/": [f"{rules}/", f"{rules}/?sku={sku}"],
        f"{rules}/new": [f"{rules}/new", f"{rules}/new?sku={sku}&category={sku}"],
        f"{rules}/<int:rule_id>": [f"{rules}/{id}" for id in (ids.category_rule, ids.rule)],
        "/support/reservations/": ["/support/reservations/", f"/support/reservations/?owner={sku}"],
        "/support/reservations/<token>": [f"/support/reservations/{ids.held}"],
        "/support/skus/<path:code>/availability": [f"{seen}/availability", f"{seen}/availability?quantity=4&site=CMH1"],
        "/support/skus/<path:code>/rows/<what>": [f"{seen}/rows/{what}" for what in behind],
    }


def _of_lots(ids: Ids) -> dict[str, list[str]]:
    lot, case, serial, customer = (
        f"<int(max=999999999999):{name}_id>" for name in ("lot", "case", "serial", "customer")
    )
    return {
        f"/admin/lots/{lot}/": [f"/admin/lots/{id}/" for id in (ids.lot_id, ids.recalled)],
        f"/admin/lots/{lot}/orders.csv": [f"/admin/lots/{ids.recalled}/orders.csv"],
        f"/admin/quarantine/{case}": [f"/admin/quarantine/{ids.case}"],
        "/admin/products/<path:code>/keeping": [f"/admin/products/{quote(ids.sku)}/keeping"],
        f"/support/customers/{customer}/shelf-life": [f"/support/customers/{ids.customer}/shelf-life"],
        "/support/lots/": ["/support/lots/?state=all", f"/support/lots/?q={quote(ids.sku)}"],
        f"/support/lots/{lot}": [f"/support/lots/{id}" for id in (ids.lot_id, ids.recalled)],
        "/support/serials/": ["/support/serials/", f"/support/serials/?q={quote(ids.sku)}"],
        f"/support/serials/{serial}": [f"/support/serials/{ids.serial}"],
    }


def _of_channels(ids: Ids) -> dict[str, list[str]]:
    sku = quote(ids.sku)
    return {
        "/account/password-reset/<token>": ["/account/password-reset/none"],
        "/admin/channels/<code>": ["/admin/channels/evil"],
        "/admin/channels/<code>/stock/": ["/admin/channels/evil/stock/", f"/admin/channels/evil/stock/?q={sku}"],
        "/admin/channels/<code>/stock/state": ["/admin/channels/evil/stock/state"],
        "/admin/channels/<code>/stock/settings": ["/admin/channels/evil/stock/settings"],
    }


def _of_the_desk(ids: Ids) -> dict[str, list[str]]:
    sku, order = quote(ids.sku), f"/support/orders/{ids.number}"
    return {
        **_of_buying(ids),
        **_of_channels(ids),
        "/admin/counts/": ["/admin/counts/", "/admin/counts/?state=decide"],
        "/admin/counts/<number>": [f"/admin/counts/{number}" for number in (ids.count_again, ids.count_decide)],
        "/admin/count-plans/<int(max=999999999999):plan_id>": [f"/admin/count-plans/{ids.count_plan}"],
        "/admin/messages/<int:message_id>": [f"/admin/messages/{id}" for id in (ids.message, ids.notice)],
        "/admin/products/": ["/admin/products/", f"/admin/products/?q={sku}"],
        "/admin/products/<path:code>": [f"/admin/products/{sku}"],
        "/admin/sales/": ["/admin/sales/", f"/admin/sales/?sku={sku}", f"/admin/sales/?region={sku}"],
        "/admin/sales/<by>.csv": [f"/admin/sales/{by}.csv" for by in ("sku", "region", "channel", "customer")],
        "/admin/sites/<code>": ["/admin/sites/EVIL1"],
        "/admin/users/<int:user_id>": [f"/admin/users/{ids.user}"],
        "/admin/zones/<code>": ["/admin/zones/evil"],
        "/support/customers/": ["/support/customers/", f"/support/customers/?q={sku}"],
        "/support/exceptions/<int:exception_id>": [f"/support/exceptions/{ids.exception}"],
        "/support/imports/<int:import_id>": [f"/support/imports/{ids.import_id}"],
        "/support/imports/<int:import_id>/columns": [f"/support/imports/{ids.uploaded}/columns"],
        **{
            f"/support/imports/<int:import_id>/{name}.{A_FORMAT}": [f"/support/imports/{ids.import_id}/{name}.csv"]
            for name in ("rejected", "repairs", "results")
        },
        f"/support/imports/templates/<kind>.{A_FORMAT}": ["/support/imports/templates/stock.csv"],
        "/support/orders/": ["/support/orders/?view=all", f"/support/orders/?view=all&q={sku}&customer={sku}"],
        "/support/orders/<number>": [order, f"/support/orders/{ids.waiting_number}"],
        "/support/orders/<number>/address": [f"/support/orders/{ids.waiting_number}/address"],
        "/support/orders/<number>/cancellation/new": [f"/support/orders/{ids.waiting_number}/cancellation/new"],
        "/support/orders/<number>/payments/new": [f"{order}/payments/new"],
        "/support/orders/<number>/refunds/new": [f"{order}/refunds/new"],
        "/support/orders/<number>/timeline": [f"{order}/timeline"],
        "/support/skus/": ["/support/skus/", f"/support/skus/?q={sku}"],
        "/support/skus/<path:code>": [f"/support/skus/{sku}"],
        "/support/skus/<path:code>/adjustments/new": [f"/support/skus/{sku}/adjustments/new"],
        "/support/views/": ["/support/views/", f"/support/views/?query=q%3D{sku}"],
        "/track/<tracking_key>": [f"/track/{ids.tracking_key}"],
    }


def _of_buying(ids: Ids) -> dict[str, list[str]]:
    sku, base = quote(ids.sku), "/admin/purchase-orders"
    order, draft = f"{base}/{ids.purchase}", f"{base}/{ids.purchase_draft}"
    return {
        "/admin/suppliers/<code>": ["/admin/suppliers/EVIL", f"/admin/suppliers/EVIL?sku={sku}"],
        "/admin/suppliers/<code>/edit": ["/admin/suppliers/EVIL/edit"],
        f"{base}/": [f"{base}/?view=all", f"{base}/?q={sku}"],
        f"{base}/new": [f"{base}/new", f"{base}/new?sku={sku}&site={sku}&quantity={sku}&supplier={sku}"],
        f"{base}/<number>": [order, draft],
        f"{base}/<number>/edit": [f"{draft}/edit"],
        f"{base}/<number>/paper": [f"{order}/paper", f"{draft}/paper"],
        f"{base}/<number>/mailings/<int:mailing_id>.pdf": [f"{order}/mailings/{ids.mailing}.pdf"],
        f"{base}/<number>/advices/new": [f"{order}/advices/new"],
        "/warehouse/receiving/": ["/warehouse/receiving/", f"/warehouse/receiving/?code={sku}"],
        "/warehouse/receiving/<number>": [
            f"/warehouse/receiving/{ids.purchase}",
            f"/warehouse/receiving/{ids.purchase}?line={ids.purchase_line}&lot={sku}&bin={sku}",
        ],
    }


def _of_the_floor(ids: Ids) -> dict[str, list[str]]:
    return {
        "/warehouse/counts/<number>": [f"/warehouse/counts/{number}" for number in (ids.count, ids.count_again)],
        "/warehouse/packing/<code>": [f"/warehouse/packing/{ids.box}"],
        PICK: [f"/warehouse/picks/{ids.pick_list}"],
        f"{PICK}.pdf": [f"/warehouse/picks/{ids.pick_list}.pdf"],
        f"{PICK}/shortages/new": [f"/warehouse/picks/{ids.pick_list}/shortages/new"],
        f"{PICK}/slips.pdf": [f"/warehouse/picks/{ids.pick_list}/slips.pdf"],
        "/warehouse/queue/": [f"/warehouse/queue/?view={view}" for view in ("release", "pick", "pack")],
        "/warehouse/shipments/": ["/warehouse/shipments/", "/warehouse/shipments/?view=shipped"],
        PARCEL: [f"/warehouse/shipments/{ids.parcel}"],
        "/warehouse/work/": [f"/warehouse/work/?code={quote(ids.sku)}"],
        "/warehouse/work/<code>": [f"/warehouse/work/{ids.work}", f"/warehouse/work/{ids.box}"],
        "/warehouse/work/<code>/slip.pdf": [f"/warehouse/work/{ids.work}/slip.pdf"],
    }


def _of_shelves(ids: Ids) -> dict[str, list[str]]:
    bins, goods = "/admin/sites/CMH1/bins", f"sku={quote(ids.sku)}&lot={quote(ids.lot)}"
    floor, codes = "/warehouse/transfers", (ids.sku, ids.lot, "A-01", ids.away)
    return {
        "/admin/sites/<site>/bins/": [f"{bins}/", f"{bins}/?zone={quote(ids.sku[:20])}"],
        "/admin/sites/<site>/bins/new": [f"{bins}/new"],
        "/admin/sites/<site>/bins/<code>": [f"{bins}/A-01"],
        "/support/transfers/": ["/support/transfers/?view=all"],
        "/support/transfers/<number>": [f"/support/transfers/{ids.away}"],
        "/warehouse/put-away/<site>": ["/warehouse/put-away/CMH1", f"/warehouse/put-away/CMH1?{goods}"],
        "/warehouse/moves/<site>": [f"/warehouse/moves/CMH1?{rest}" for rest in ("bin=A-01", f"bin=A-01&{goods}")],
        "/warehouse/labels/new": [
            f"/warehouse/labels/new?sku={quote(ids.sku)}",
            f"/warehouse/labels/new?sku={quote(ids.sku)}&per=x&sheet={quote(ids.sku)}",
        ],
        "/warehouse/labels/labels.pdf": [f"/warehouse/labels/labels.pdf?sku={quote(ids.sku)}&sheet=roll"],
        "/warehouse/look-up/": [f"/warehouse/look-up/?code={quote(code)}" for code in codes],
        "/warehouse/transfers/": [f"{floor}/?view={view}" for view in ("receive", "send")],
        "/warehouse/transfers/<number>": [f"{floor}/{ids.draft}", f"{floor}/{ids.away}"],
        "/warehouse/transfers/<number>/losses/new": [f"{floor}/{ids.away}/losses/new"],
    }


def rules(app: Flask, method: str) -> list[str]:
    """Rules of pages and forms; programs and files have tests of their own."""
    found = {rule.rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())}
    photo = "/admin/quarantine/<int(max=999999999999):case_id>/photo"
    wordless = {"/admin/company/logo", photo} if method == "GET" else set()
    return sorted(rule for rule in found - wordless if not rule.startswith(WITHOUT_WORDS))


def addresses(app: Flask, ids: Ids) -> Iterator[str]:
    """All pages. A rule with an argument that nobody gave a value is asked for as written, and fails to be found."""
    known = special(ids)
    for rule in rules(app, "GET"):
        yield from known.get(rule, [rule])
