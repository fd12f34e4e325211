"""Every form as it stands in the pages, found by reading them, and sent as a browser would."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.test import TestResponse

from app.web import company, limits
from tests.web.attacks.pages import PARCEL, PICK, SOON, Ids, addresses
from tests.web.conftest import PASSWORD

NEW_PASSWORD = "a long walk by the sea"
UNSENT = ("submit", "button", "reset", "image")
UNTYPED = ("hidden", "checkbox", "radio", "file", "select", "search", "password")
CHOSEN = ("checkbox", "radio")
TOKEN = "csrf_token"
Values = dict[str, list[str]]


@dataclass
class Form:
    """``kinds`` are the types of the fields: text, hidden, select, textarea …; ``values`` is what is sent untouched."""

    action: str
    values: Values = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def typed(self) -> list[str]:
        """Fields into which a person types."""
        return [name for name, kind in self.kinds.items() if kind not in UNTYPED]


class Reader(HTMLParser):
    def __init__(self, address: str, html: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(has.get("action") or self.address) if has.get("method") == "post" else None
        elif self.form and tag in ("input", "textarea", "select", "button") and has.get("name", TOKEN) != TOKEN:
            self._field(tag, has)
        elif self.form and tag == "option" and self.open and ("selected" in has or not self.form.values[self.open]):
            self.form.values[self.open] = [has.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self.form and self.form.kinds.get(self.open) == "textarea":
            self.form.values[self.open] = [data.lstrip("\r\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self.open = ""
        if tag == "form" and self.form:
            self.forms.append(self.form)
            self.form = None

    def _field(self, tag: str, has: dict[str, str]) -> None:
        assert self.form
        name, kind = has["name"], has.get("type", "text") if tag in ("input", "button") else tag
        self.form.kinds[name] = "hidden" if kind in UNSENT else kind
        self.form.values.setdefault(name, [])
        if tag in ("select", "textarea"):
            self.open = name
        elif kind not in CHOSEN or "checked" in has:
            self.form.values[name] = [has.get("value", "on" if kind in CHOSEN else "")]


def forms_of(app: Flask, ids: Ids, *browsers: FlaskClient) -> dict[str, Form]:
    """One form of each rule, the one with most fields."""
    found: dict[str, Form] = {}
    router = app.url_map.bind("localhost")
    for browser in browsers:
        for address in addresses(app, ids):
            if address.endswith((".pdf", ".csv")) or "?q=" in address:
                continue
            page = browser.get(address)
            if page.mimetype == "text/html" and page.status_code < 300:
                for form in Reader(address, page.text).forms:
                    if form.action == "#":
                        continue
                    rule, _ = router.match(urlsplit(form.action).path, method="POST", return_rule=True)
                    if len(form.kinds) >= len(found.get(rule.rule, form).kinds):
                        found[rule.rule] = form
    return found


def all_forms(app: Flask, ids: Ids, *browsers: FlaskClient) -> dict[str, Form]:
    """By rule; a guard compares them with the routes."""
    found = forms_of(app, ids, *browsers)
    order, lines = found["/support/orders/new"], found["/support/orders/<number>/cancellation"]
    found["/support/orders/new/preview"] = replace(order, action="/support/orders/new/preview")
    lines.values |= {next(name for name in lines.kinds if name.startswith("line-")): ["1"], "reason": ["customer"]}
    found["/track/"].values |= {"number": [ids.number], "email": ["x@example.com"]}
    found["/support/orders/bulk/holds"].values["selected"] = [ids.work.rpartition("-")[0]]
    found["/admin/dead-letters/retries"].values["selected"] = [str(ids.dead)]
    found["/warehouse/shipments/arrivals"].values["selected"] = [str(ids.sent)]
    for rule, values in FILLED.items():
        found[rule].values.update({name: [value] for name, value in values.items()})
    for rule in ("/admin/stock-rules/", "/admin/stock-rules/<int:rule_id>"):
        form = found[rule]
        found[f"{rule.rstrip('/')}/preview"] = replace(form, action=f"{form.action.rstrip('/')}/preview")
    return found | {rule: _form(action, **values) for rule, (action, values) in _unseen(ids).items()}


NEW_SITE = {"code": "NEW1", "name": "New", "city": "Reno", "postal_code": "89501", "cut_off": "14:00", "priority": "3"}
BUYER = {"name": "Ann", "city": "Columbus", "region": "OH", "postal_code": "43215", "country": "US"}
BOUGHT = {"supplier": "EVIL", "lines-0-sku": "TEA-1", "lines-0-quantity": "1", "lines-0-unit_cost": "1.00"}
SENT_ON = {"shipment": "DN-2", "expected_on": SOON, "items-0-code": "TEA-1", "items-0-quantity": "1"}
FILLED = {
    "/account/login": {"email": "alice@example.com", "password": PASSWORD},
    "/account/password-reset/": {"email": "alice@example.com"},
    "/account/password/": {"current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD},
    "/admin/alerts/<int:alert_id>/snooze": {"reason": "next week"},
    "/admin/api-keys/": {"name": "New", "scopes": "orders:read"},
    "/admin/channels/": {"code": "new", "name": "New"},
    "/admin/counts/": {"codes": "TEA-1"},
    "/admin/counts/<number>/approval": {"reason": "seen"},
    "/admin/products/": {"code": "NEW-1", "name": "New", "weight_g": "1"},
    "/admin/purchase-orders/": BOUGHT,
    "/admin/purchase-orders/<number>/advices": SENT_ON,
    "/admin/purchase-orders/<number>/dates": {"expected_on": SOON},
    "/admin/sites/": NEW_SITE,
    "/admin/stock-rules/": {"units": "1", "sku": "TEA-2"},
    "/admin/suppliers/": {"code": "NEW-1", "name": "New"},
    "/admin/suppliers/<code>/skus": {"sku": "TEA-1"},
    "/admin/users/": {"name": "New", "email": "new@example.com"},
    "/admin/zones/": {"code": "new", "name": "New", "tax": "1", "transit_days": "4", "rules": "IN//111"},
    "/support/exceptions/<int:exception_id>/placement": {"sku_0": "TEA-1", **BUYER},
    "/support/orders/<number>/notes": {"body": "seen"},
    "/support/orders/<number>/payments": {"amount": "1.00"},
    "/support/orders/<number>/refunds": {"amount": "1.00"},
    "/support/orders/new": {**BUYER, "lines-0-sku": "TEA-1", "lines-0-quantity": "1"},
    "/support/orders/new/preview": {**BUYER, "lines-0-sku": "TEA-1", "lines-0-quantity": "1"},
    "/support/reservations/<token>/release": {"reason": "release_mistake"},
    "/support/skus/<path:code>/adjustments": {"quantity": "1"},
    "/support/views/": {"name": "New"},
    "/warehouse/counts/<number>/recounts": {"quantity": "3"},
    "/warehouse/counts/<number>/units": {"code": "TEA-2", "quantity": "3"},
    "/warehouse/packing/<code>/checks": {"code": "TEA-1"},
    "/warehouse/receiving/<number>/units": {"code": "TEA-1"},
    "/admin/sites/<site>/bins/": {"code": "NEW-1"},
    "/warehouse/put-away/<site>/items": {"code": "TEA-1"},
    "/warehouse/put-away/<site>/carries": {"code": "A-01"},
    "/warehouse/moves/<site>/items": {"code": "A-01"},
    "/warehouse/moves/<site>/carries": {"code": "A-02"},
    "/warehouse/transfers/<number>/losses": {"reason": "missing"},
    f"{PARCEL}/departure": {"carrier": "Alpine Post", "tracking_number": "JD0146"},
}


def _form(action: str, **values: str) -> Form:
    return Form(action, {name: [value] for name, value in values.items()}, dict.fromkeys(values, "hidden"))


def _unseen(ids: Ids) -> dict[str, tuple[str, dict[str, str]]]:
    """Forms that stand in other states of the world, or whose buttons choose another address."""
    packing, user, files = (
        f"/warehouse/packing/{ids.box}",
        f"/admin/users/{ids.user}",
        f"/support/imports/{ids.import_id}",
    )
    return {
        "/account/code": ("/account/code", {"code": "123456"}),
        "/account/password-reset/<token>": ("/account/password-reset/none", {"password": "x", "again": "x"}),
        "/account/sessions/revocation": ("/account/sessions/revocation", {}),
        "/account/sessions/<int:session_id>/revocation": ("/account/sessions/0/revocation", {}),
        "/account/totp/": ("/account/totp/", {"code": "123456"}),
        "/account/totp/removal": ("/account/totp/removal", {"current": "x"}),
        "/admin/purchase-orders/<number>/reopening": (f"/admin/purchase-orders/{ids.purchase}/reopening", {}),
        "/admin/dead-letters/skips": ("/admin/dead-letters/skips", {"selected": str(ids.dead), "reason": "old"}),
        "/admin/company/logo/removal": ("/admin/company/logo/removal", {}),
        "/admin/sessions/<int:user_id>/<int:session_id>/revocation": ("/admin/sessions/0/0/revocation", {}),
        "/admin/users/<int:user_id>/enabling": (f"{user}/enabling", {}),
        "/admin/users/<int:user_id>/totp-removal": (f"{user}/totp-removal", {}),
        "/admin/counts/<number>/rejection": (f"/admin/counts/{ids.count_decide}/rejection", {"reason": "no"}),
        "/admin/counts/<number>/cancellation": (f"/admin/counts/{ids.count}/cancellation", {"reason": "no"}),
        "/warehouse/counts/<number>/submission": (f"/warehouse/counts/{ids.count}/submission", {}),
        "/support/imports/<int:import_id>/pause": (f"{files}/pause", {}),
        "/support/imports/<int:import_id>/undo": (f"{files}/undo", {}),
        "/support/orders/bulk/releases": (
            "/support/orders/bulk/releases",
            {"selected": ids.waiting_number, "back": ""},
        ),
        "/warehouse/packing/<code>/acknowledgements": (f"{packing}/acknowledgements", {}),
        "/warehouse/packing/<code>/emptyings": (f"{packing}/emptyings", {}),
        "/warehouse/packing/<code>/parcels": (f"{packing}/parcels", {"rest": "", "weight_g": "100"}),
        f"{PICK}/returns": (
            f"/warehouse/picks/{ids.pick_list}/returns",
            {"code": "TEA-1", "line": "1", "quantity": "1"},
        ),
        "/warehouse/releases/": ("/warehouse/releases/", {"selected": str(ids.work_id)}),
    }


@dataclass
class Sender:
    """Sends forms one after the other, each into the same world: what one did is undone before the next."""

    app: Flask
    browser: FlaskClient
    connection: Connection

    def __post_init__(self) -> None:
        cookie = self.browser.get_cookie("sid")
        self.cookie = cookie.value if cookie else ""

    @contextmanager
    def sent(self, form: Form, values: Values | None = None, **options: Any) -> Iterator[TestResponse]:
        """Inside the block what it did can be looked at. Half characters go out as the bytes that they would be."""
        pairs = [
            (name, value) for name, several in (form.values if values is None else values).items() for value in several
        ]
        data = urlencode(pairs, errors="surrogatepass")
        limits.limiter.reset()
        savepoint = self.connection.begin_nested()
        try:
            options = {"content_type": "application/x-www-form-urlencoded", **options}
            yield self.browser.post(form.action, data=data, **options)
        finally:
            savepoint.rollback()
            self.browser.set_cookie("sid", self.cookie, domain="localhost")
            with self.app.app_context():
                company.forget()
