"""A company in which every word was written by a stranger: orders in each stage, and what pages show beside them."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import quote

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.channels import publication
from app.counting.tolerance import Rules
from app.customers.register import Buyer, register
from app.inventory import serials
from app.inventory.cases import Decision as CaseDecision
from app.inventory.labelled_lots import LabelledLot, open_lots
from app.inventory.serials import Numbered
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.orders.events import OrderConfirmed
from app.orders.values import Contact
from app.workflows import stock_offers
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.notify import Notifier
from app.workflows.quarantine import SetAside, decide, set_units_aside
from app.workflows.recall_lots import freeze_lots
from app.workflows.recall_notices import draft_notices
from app.workflows.settle_counts import Decision, reject, submit
from app.workflows.ship_orders import ship_orders
from tests.factories import floor
from tests.factories.counts import ANN, BEN, counted, fill, make_bins, place_of, planned, saw_again
from tests.factories.house import order_request, read_house
from tests.factories.imports import checked
from tests.web.attacks import reserves, shelves
from tests.web.attacks.markup import Page
from tests.web.attacks.pages import SOON, Ids

Words = Callable[[str], str]


@dataclass
class World:
    """``planted`` are the strangers' texts by field; each says its field, so that it is known again on a page."""

    admin: FlaskClient
    session: Session
    words: Words
    planted: dict[str, str] = field(default_factory=dict)
    ids: Ids = field(default_factory=Ids)

    def say(self, name: str) -> str:
        self.planted[name] = self.words(name)
        return self.planted[name]

    def post(self, path: str, **data: str) -> None:
        answer = self.admin.post(path, data=data)
        assert answer.status_code in (200, 303), (path, answer.status_code, data, Page(answer.text).errors)


def build_world(admin: FlaskClient, session: Session, folder: Path, words: Words) -> World:
    world = World(admin, session, words)
    _company(world)
    _goods(world)
    _people(world)
    _orders(world)
    _buying(world)
    _told(world)
    _care(world)
    _publication(world)
    _exception(world)
    _import(world, folder)
    _counts(world)
    shelves.furnish(session, world.ids, world.say("lot"))
    reserves.keep_back(session, world.ids, world.planted["category"], world.say)
    reserves.hold_for(session, world.ids, world.say("owner"))
    reserves.export(admin.application, session, world.ids, world.say)
    session.commit()
    return world


def _company(world: World) -> None:
    company = {"time_zone": "America/New_York", "currency": "USD", "mail_from": "shop@example.com"}
    world.post("/admin/company/", name=world.say("company"), slip_sender=world.say("sender"), **company)
    place = {"kind": "warehouse", "postal_code": "43215", "country": "US", "time_zone": "UTC", "cut_off": "14:00"}
    names = {name: world.say(f"site-{name}") for name in ("name", "street", "city", "region")}
    world.post("/admin/sites/", code="EVIL1", priority="9", is_active="y", **place, **names)
    channel = {"price_list": "", "payment_condition": "none", "is_active": "y", "backorders_allowed": "y"}
    world.post("/admin/channels/", code="evil", name=world.say("channel"), **channel)
    world.post("/admin/zones/", code="evil", name=world.say("zone"), tax="1.5", transit_days="4", rules="IN//110")


def _goods(world: World) -> None:
    code = world.ids.sku = world.say("sku")
    world.post("/admin/products/", code=code, name=world.say("product"), category=world.say("category"), is_active="y")
    world.post(f"/admin/products/{quote(code)}/prices", price_list="standard", amount="12.34")
    house = read_house(world.session)
    for sku in (code, "TEA-1"):
        put = Adjustment(sku_id=house.skus[sku], site_id=house.sites["CMH1"], on_hand=50, reason="opening")
        adjust_stock(world.session, [put], actor=SYSTEM)


def _people(world: World) -> None:
    world.post("/admin/users/", name=world.say("user"), email="mallory@example.com", role="support")
    world.post("/admin/api-keys/", name=world.say("key"), scopes="orders:read")
    world.post("/support/views/", name=world.say("view"), query="view=all&q=" + "x", is_shared="y")
    world.ids.user = _one(world, "SELECT id FROM users WHERE email = 'mallory@example.com'")


def _orders(world: World) -> None:
    """One in each stage, all from the same buyer."""
    ids, session = world.ids, world.session
    code, segment = world.say("customer-code"), world.say("segment")
    register(session, [Buyer(code=code, email="x@example.com", name=world.say("customer"), segment=segment)])
    bought, strange = (
        ((ids.sku, 1), ("TEA-1", 2)),
        {"contact": _contact(world), "customer_code": code, "channel": "web"},
    )
    said = {"external_number": world.say("external"), "note": world.say("note")}
    ids.sent = floor.packed(session, *bought, **strange, **said)
    ship_orders(session, [floor.dispatch(ids.sent, world.say("carrier"))], actor=SYSTEM)
    ids.order = floor.order_of_parcel(session, ids.sent)
    ids.parcel = floor.packed(session, *bought, **strange)
    ids.work_id = floor.works(session, floor.placed(session, *bought, **strange))[0].id
    walked = floor.released(session, *bought, **strange)
    boxed = floor.pick_all(session, floor.released(session, *bought, **strange))
    waiting = floor.placed(session, *bought, **strange)
    ids.pick_list = walked.pick_list_id or 0
    ids.number, ids.waiting_number, work, box = (
        floor.order(session, id).number for id in (ids.order, waiting, walked.order_id, boxed.order_id)
    )
    ids.work, ids.box = f"{work}-1", f"{box}-1"
    ids.tracking_key = floor.order(session, ids.order).tracking_key


def _buying(world: World) -> None:
    """A supplier, a draft below their least worth, and an order of which something was announced and something came."""
    ids, terms = world.ids, {"cost": "1.00", "pack_size": "1"}
    known = {
        "currency": "USD",
        "lead_days": "5",
        "over_percent": "0",
        "under_percent": "0",
        "minimum": "99.00",
        "is_active": "y",
    }
    world.post("/admin/suppliers/", code="EVIL", name=world.say("supplier"), email="evil@example.com", **known)
    world.post("/admin/suppliers/EVIL/skus", sku=ids.sku, supplier_code=world.say("supplier-code"), **terms)
    for name in ("purchase_draft", "purchase"):
        lines = {"lines-0-sku": ids.sku, "lines-0-quantity": "10"}
        world.post("/admin/purchase-orders/", supplier="EVIL", site="CMH1", note=world.say(name), **lines)
        number = world.session.execute(text("SELECT number FROM purchase_orders ORDER BY id DESC LIMIT 1")).scalar_one()
        setattr(ids, name, number)
    world.post(f"/admin/purchase-orders/{ids.purchase}/mailings", seen="0")
    ids.mailing = _one(world, "SELECT max(id) FROM purchase_mailings")
    world.post(f"/warehouse/receiving/{ids.purchase}/units", code=ids.sku)
    ids.purchase_line = _one(world, "SELECT max(id) FROM purchase_order_lines")
    items = {"items-0-code": world.say("advised"), "items-0-quantity": "1", "items-0-lot": world.say("advised-lot")}
    world.post(
        f"/admin/purchase-orders/{ids.purchase}/advices",
        shipment=world.say("shipment"),
        expected_on=SOON,
        **items,
    )


def _publication(world: World) -> None:
    """A channel that answers with anything, and that waits for a person."""
    at = {"address": "https://shop.example.com/stock", "is_on": "y", "held_back": "0", "most": ""}
    world.post("/admin/channels/evil/stock/settings", **at)
    channel_id = _one(world, "SELECT id FROM channels WHERE code = 'evil'")
    stock_offers.mark_all(world.session, channel_id, is_forced=False)
    publication.fail(world.session, channel_id, world.say("stock-error"))
    world.session.execute(text("UPDATE stock_offers SET refusal = :why"), {"why": world.say("refusal")})
    world.session.execute(text("UPDATE deliveries SET state = 'dead' WHERE key LIKE 'stock:%'"))
    world.session.commit()


def _counts(world: World) -> None:
    """One that the administrator is counting, one to be counted again, one to be decided."""
    house, session, ids = read_house(world.session), world.session, world.ids
    bins = make_bins(session, house, dict.fromkeys(("E-1", "E-2", "E-3"), world.say("zone")))
    fill(session, house, bins, {(name, "TEA-2"): 5 for name in bins})
    session.execute(text("UPDATE skus SET cost_minor = 100"))
    facts = {"site_id": str(house.sites["CMH1"]), "abc_class": "", "every_days": "30", "most_places": "5"}
    rules = {"tolerance_units": "0", "tolerance": "0", "approval": "0.00", "is_active": "y"}
    world.post("/admin/count-plans/", zone=world.planted["zone"], **facts, **rules)
    ids.count_plan = _one(world, "SELECT max(id) FROM count_plans")
    again, decide = (counted(session, house, bins[name], {"TEA-2": 3}, rules=Rules()) for name in ("E-2", "E-3"))
    saw_again(session, decide, "TEA-2", 4)
    submit(session, [decide], actor=BEN)
    reject(session, [Decision(count_id=decide, reason=world.say("count-reason"))], actor=BEN)
    saw_again(session, decide, "TEA-2", 4, by=ANN)
    submit(session, [decide], actor=ANN)
    here = planned(session, house, [bins["E-1"]])
    numbers = {row.id: row.number for row in session.execute(text("SELECT id, number FROM counts"))}
    ids.count, ids.count_again, ids.count_decide = numbers[here], numbers[again], numbers[decide]
    session.commit()
    place = str(place_of(session, here, bins["E-1"]))
    world.post(f"/warehouse/counts/{ids.count}/units", place=place, code="TEA-2", quantity="4")


def _told(world: World) -> None:
    """What colleagues, mails and broken effects say about orders."""
    shipped, ids = OrderConfirmed(order_id=world.ids.order), world.ids
    Notifier("http://localhost", "shop@example.com").on_order_confirmed(world.session, [shipped])
    broken = (
        "INSERT INTO deliveries (handler, queue, ids, state, last_error) VALUES ('x.y', 'intake', '{}', 'dead', :why)"
    )
    world.session.execute(text(broken), {"why": world.say("error")})
    world.session.commit()
    ids.dead = _one(world, "SELECT id FROM deliveries WHERE handler = 'x.y'")
    ids.message = _one(world, "SELECT max(id) FROM messages")
    world.post(f"/support/orders/{ids.number}/notes", body=world.say("body"))
    paid = {"amount": "5.00", "currency": "USD", "method": "cash", "reference": "TX-1"}
    world.post(f"/support/orders/{ids.number}/payments", **paid)
    world.post(f"/support/orders/{ids.waiting_number}/holds", reason="address_check")


def _care(world: World) -> None:
    """Lots, a numbered unit and cases, each with somebody's words; codes that no form would take stand there too."""
    ids, session, house = world.ids, world.session, read_house(world.session)
    site, sku = house.sites["CMH1"], house.skus[ids.sku]
    labelled = partial(LabelledLot, expires_on=None, removal_days=0, received_on=clock.now().date())
    known = open_lots(session, [labelled(sku_id=sku, code="L-1"), labelled(sku_id=house.skus["TEA-3"], code="L-2")])
    ids.lot_id, ids.recalled = known[sku, "L-1"].id, known[house.skus["TEA-3"], "L-2"].id
    found = partial(Adjustment, site_id=site, reason="found")
    put = [
        found(sku_id=sku, on_hand=5, lot_id=ids.lot_id),
        found(sku_id=house.skus["TEA-3"], on_hand=5, lot_id=ids.recalled),
        found(sku_id=house.skus["TEA-4"], on_hand=2),
        found(sku_id=house.skus["TEA-4"], on_hand=2, condition="damaged"),
    ]
    adjust_stock(session, put, actor=SYSTEM)
    floor.shipped(session, ("TEA-3", 1), contact=_contact(world))
    number = Numbered(sku_id=house.skus["TEA-4"], site_id=site, code="N-1")
    [ids.serial] = serials.register(session, [number], actor=SYSTEM)
    freeze_lots(session, [ids.recalled], reason=world.say("freeze"), actor=SYSTEM)
    draft_notices(session, ids.recalled, sender="shop@example.com", actor=SYSTEM)
    ids.notice = _one(world, "SELECT max(id) FROM messages WHERE state = 'draft'")
    aside = SetAside(site_id=site, code="TEA-1", quantity=2, condition="damaged", reason=world.say("case"))
    [ids.case] = set_units_aside(session, [aside], actor=SYSTEM)
    decide(session, [CaseDecision(case_id=ids.case, act="scrap", quantity=1, note=world.say("decision"))], actor=SYSTEM)
    ids.customer = _one(world, "SELECT min(id) FROM customers")
    for table, id, code in (("lots", ids.lot_id, world.say("lot_code")), ("serials", ids.serial, world.say("number"))):
        session.execute(text(f"UPDATE {table} SET code = :code WHERE id = :id"), {"code": code, "id": id})
    session.commit()


def _contact(world: World) -> Contact:
    said = {name: world.say(name) for name in ("name", "street", "city", "phone")}
    return Contact(**said, email="x@example.com", region="OH", postal_code="43215", country="US")


def _exception(world: World) -> None:
    contact = Contact(
        name=world.say("parked-name"), street=world.say("parked-street"), city=world.say("parked-city"), country="US"
    )
    request = order_request((world.say("parked-sku"), 1), contact=contact, external_number=world.say("parked-number"))
    floor.place_orders(world.session, [request], actor=SYSTEM)
    world.ids.exception = _one(world, "SELECT max(id) FROM intake_exceptions")


def _import(world: World, folder: Path) -> None:
    cells = ["Order ID", "SKU", "Quantity", world.say("header")], ["A-1", "TEA-1", world.say("cell"), "x"]
    quoted = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells)
    row = checked(world.session, folder, quoted.encode())
    world.session.execute(
        text("UPDATE imports SET file_name = :name WHERE id = :id"), {"name": world.say("file"), "id": row.id}
    )
    world.ids.import_id = row.id
    world.session.commit()
    upload = {"kind": "orders", "channel": "csv", "file": (io.BytesIO(quoted.encode()), "orders.csv")}
    answer = world.admin.post("/support/imports/", data=upload, content_type="multipart/form-data")
    world.ids.uploaded = int(answer.location.rpartition("/")[2])


def _one(world: World, query: str) -> int:
    return int(world.session.execute(text(query)).scalar_one())
