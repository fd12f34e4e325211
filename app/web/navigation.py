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
    Entry("SKUs", "upc-scan", "support.skus.index", DESK, "Stock", key="k"),
    Entry("Stock", "boxes", "warehouse.stock.index", (WAREHOUSE,), "Stock"),
    Entry("Lots", "calendar2-week", "support.lots.index", DESK, "Stock"),
    Entry("Serial numbers", "hash", "support.serials.index", DESK, "Stock"),
    Entry("Set aside", "slash-circle", "admin.quarantine.index", (ADMIN,), "Stock"),
    Entry("Set aside", "slash-circle", "warehouse.quarantine.index", (WAREHOUSE,), "Stock"),
    Entry("Sites", "building", "admin.sites.index", (ADMIN,), "Stock"),
    Entry("Imports", "upload", "support.imports.index", DESK, "Set up", key="i"),
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
