"""The rail of the desk, by hand. A page that nobody has built yet is left out."""

from dataclasses import dataclass

from flask import Flask, request
from flask_login import current_user

from app.staff.values import ADMIN, SUPPORT, WAREHOUSE
from app.web.addresses import url_if

DESK = (ADMIN, SUPPORT)


@dataclass(frozen=True)
class Entry:
    """``count`` is the endpoint of a fragment with the number beside the label; ``key`` goes there after G."""

    label: str
    icon: str
    endpoint: str
    roles: tuple[str, ...]
    group: str = ""
    count: str = ""
    key: str = ""


@dataclass(frozen=True)
class Link:
    label: str
    icon: str
    url: str
    is_current: bool
    group: str
    count: str | None
    key: str


ENTRIES = (
    Entry("Sales", "graph-up", "admin.sales.index", (ADMIN,), key="s"),
    Entry("Orders", "inboxes", "support.orders.index", DESK, key="o"),
    Entry(
        "Exceptions", "exclamation-octagon", "support.exceptions.index", DESK, count="support.exceptions.count", key="e"
    ),
    Entry("Customers", "people", "support.customers.index", DESK, key="c"),
    Entry("Queue", "card-checklist", "warehouse.queue.index", (ADMIN, WAREHOUSE), key="q"),
    Entry("Pick lists", "list-check", "warehouse.picks.index", (WAREHOUSE,)),
    Entry("Pack", "box-seam", "warehouse.packing.index", (WAREHOUSE,)),
    Entry("Shipments", "truck", "warehouse.shipments.index", (WAREHOUSE,)),
    Entry("Receive", "box-arrow-in-down", "warehouse.receiving.index", (WAREHOUSE,), "Stock"),
    Entry("Put away", "box-arrow-in-down", "warehouse.put_away.index", (WAREHOUSE,), "Stock"),
    Entry("Move", "arrows-move", "warehouse.bin_moves.index", (WAREHOUSE,), "Stock"),
    Entry("Transfers", "arrow-left-right", "warehouse.transfers.index", (WAREHOUSE,), "Stock"),
    Entry("Look up", "search", "warehouse.look_up.show", (WAREHOUSE,), "Stock"),
    Entry("Count", "clipboard-check", "warehouse.counts.index", (WAREHOUSE,), "Stock"),
    Entry("SKUs", "upc-scan", "support.skus.index", DESK, "Stock", key="k"),
    Entry("Reservations", "clock", "support.reservations.index", DESK, "Stock"),
    Entry("Stock", "boxes", "warehouse.stock.index", (WAREHOUSE,), "Stock"),
    Entry("Transfers", "arrow-left-right", "support.transfers.index", DESK, "Stock"),
    Entry("Lots", "calendar2-week", "support.lots.index", DESK, "Stock"),
    Entry("Serial numbers", "hash", "support.serials.index", DESK, "Stock"),
    Entry("Set aside", "slash-circle", "admin.quarantine.index", (ADMIN,), "Stock"),
    Entry("Set aside", "slash-circle", "warehouse.quarantine.index", (WAREHOUSE,), "Stock"),
    Entry("Purchase orders", "bag-check", "admin.purchase_orders.index", (ADMIN,), "Stock"),
    Entry("Suppliers", "shop-window", "admin.suppliers.index", (ADMIN,), "Stock"),
    Entry("Levels", "layers", "admin.levels.index", (ADMIN,), "Stock", key="l"),
    Entry("Alerts", "bell", "admin.alerts.index", (ADMIN,), "Stock", "admin.alerts.count"),
    Entry("Ledger", "journal-text", "admin.ledger.index", (ADMIN,), "Stock"),
    Entry("Stock report", "bar-chart", "admin.stock_report.index", (ADMIN,), "Stock"),
    Entry("Stock rules", "sliders", "admin.stock_rules.index", (ADMIN,), "Stock"),
    Entry("Sites", "building", "admin.sites.index", (ADMIN,), "Stock"),
    Entry("Counts", "clipboard-check", "admin.counts.index", (ADMIN,), "Stock", "admin.counts.count"),
    Entry("Imports", "upload", "support.imports.index", DESK, "Set up", key="i"),
    Entry("Exports", "download", "admin.exports.index", (ADMIN,), "Set up"),
    Entry("Products", "tags", "admin.products.index", (ADMIN,), "Set up"),
    Entry("Delivery zones", "signpost-split", "admin.zones.index", (ADMIN,), "Set up"),
    Entry("Channels", "diagram-3", "admin.channels.index", (ADMIN,), "Set up"),
    Entry("Company", "shop", "admin.company.index", (ADMIN,), "Set up"),
    Entry("People", "person-badge", "admin.users.index", (ADMIN,), "Set up"),
    Entry("API keys", "key", "admin.api_keys.index", (ADMIN,), "Set up"),
    Entry("Messages", "envelope", "admin.messages.index", (ADMIN,), "Running"),
    Entry("Dead letters", "mailbox", "admin.dead_letters.index", (ADMIN,), "Running", "admin.dead_letters.count"),
    Entry("Sessions", "laptop", "admin.sessions.index", (ADMIN,), "Running"),
    Entry("Audit", "shield-check", "admin.audit.index", (ADMIN,), "Running"),
)
HOMES = {
    ADMIN: ("admin.sales.index", "support.orders.index"),
    SUPPORT: ("support.orders.index",),
    WAREHOUSE: ("warehouse.queue.index",),
}
SEARCH = ("support.search.index", "support.orders.index")


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(rail=rail, home_url=home_url, search_url=search_url, url_if=url_if)


def rail() -> list[Link]:
    """What this person finds in the rail, in order."""
    shown = [(entry, url_if(entry.endpoint)) for entry in ENTRIES if current_user.role in entry.roles]
    return [_link(entry, url) for entry, url in shown if url]


def home_url() -> str:
    """Where a person starts; the account page while the role has no page of its own."""
    role = current_user.role if current_user.is_authenticated else ""
    found = (url_if(endpoint) for endpoint in (*HOMES.get(role, ()), "account.profile.show"))
    return next((url for url in found if url), "/")


def search_url() -> str | None:
    """The page that takes the search box's words, if this person may search."""
    if current_user.role not in DESK:
        return None
    return next((url for url in map(url_if, SEARCH) if url), None)


def _link(entry: Entry, url: str) -> Link:
    is_current = (request.script_root + request.path).startswith(url)
    count = url_if(entry.count) if entry.count else None
    return Link(entry.label, entry.icon, url, is_current, entry.group, count, entry.key)
