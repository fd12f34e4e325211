"""The demo company in small, and beside it one of everything that pages can show."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.channels import publication
from app.channels.publication import PublicationFacts
from app.config import Config
from app.exports import lifecycle
from app.exports.asked import asked
from app.imports.options import Options
from app.kernel.actor import SYSTEM
from app.kernel.crypto import Keyring, keyring
from app.kernel.file_stores import open_store
from app.kernel.files import add, keep
from app.kernel.pictures import KEPT_AS, clean_photo
from app.kernel.uow import unit_of_work
from app.orders.notes import Note
from app.staff import api_keys, saved_views, users
from app.staff.saved_views import NewView
from app.staff.values import NewUser
from app.workflows import stock_offers
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.annotate_orders import annotate_orders
from app.workflows.demo.make import make_demo
from app.workflows.pack_work import Check, verify
from app.workflows.place_orders import place_orders
from app.workflows.quarantine import SetAside, set_units_aside
from app.workflows.recall_notices import draft_notices
from app.workflows.set_up_company import set_up_company
from app.workflows.start_import import Upload, keep_upload, start_import
from tests.browser.demo_buying import buy_what_is_lacking, buy_what_runs_low, mail_one, slip
from tests.factories.dirty_orders import HISTORY_UNTIL, dirty_orders
from tests.factories.house import COMPANY, order_request
from tests.factories.imports import checked, taken_in
from tests.factories.work import work_off

PAST, FRESH = 10, 34
LETTERS = (
    "notifications.confirm_order",
    "notifications.announce_parcel",
    "notifications.report_delivery",
    "notifications.announce_new_promise",
)
PEGS = ("orders.peg_backorders_on_supply",)
ALL = Options(history_until=HISTORY_UNTIL, create_missing=("products", "customers"))


def furnish_demo(config: Config) -> None:
    with unit_of_work() as session:
        set_up_company(session, COMPANY)
    make_demo(past=PAST, fresh=FRESH, tell=lambda line: None)
    with unit_of_work() as session:
        _strange_orders(session)
        _wrong_item(session)
        _torn_box(session, config.files_dir)
        _imports(session, config.files_dir)
        late = buy_what_is_lacking(session)
        mail_one(session, open_store(config.files_dir, ""))
        _exports(session, config.files_dir)
        _staff(session)
        annotate_orders(session, [Note(order_id=_any_order(session), body="Rang; call back at 4 p.m.")], actor=SYSTEM)
    work_off(*PEGS)
    with unit_of_work() as session:
        slip(session, late)
    work_off(*PEGS, *LETTERS)
    with unit_of_work() as session:
        session.execute(text(GIVE_UP))
        _told_channels(session, keyring(config.secret_key))
        _stock(session)


def furnish_empty(config: Config) -> None:
    """A company on its first morning."""
    with unit_of_work() as session:
        set_up_company(session, COMPANY)


def _strange_orders(session: Session) -> None:
    """For the queue of exceptions: a SKU that nobody knows, an address that lies nowhere."""
    unknown = order_request(("STV-TITAN", 2), ("STOVE-9", 1), external_number="MP-77120418")
    place_orders(session, [unknown], actor=SYSTEM)


def _wrong_item(session: Session) -> None:
    """At one pack station, something that does not belong there was scanned."""
    work_id = session.execute(text(LAST_PICKED)).scalar_one()
    check = Check(fulfilment_order_id=work_id, code="STOVE-RED-01", client_scan_id="demo-wrong", quantity=1)
    verify(session, [check], actor=SYSTEM)


def _torn_box(session: Session, folder: Path) -> None:
    """Something was set aside, with a photo of it; a recalled lot has letters that wait to be read."""
    photo = Image.new("RGB", (640, 480), "#8a6d4b")
    target = BytesIO()
    photo.save(target, "PNG")
    kept = keep(open_store(folder, ""), clean_photo(target.getvalue()), name="photo.jpg", media_type=KEPT_AS)
    row = session.execute(text(SOMETHING)).one()
    aside = SetAside(
        site_id=row.site_id,
        code=row.sku,
        quantity=1,
        condition="quarantine",
        reason="Box torn open, contents wet",
        photo_file_id=add(session, kept),
    )
    set_units_aside(session, [aside], actor=SYSTEM)
    recalled = session.execute(text("SELECT min(id) FROM lots WHERE frozen_at IS NOT NULL")).scalar_one()
    draft_notices(session, recalled, sender="no-reply@example.com", actor=SYSTEM)


def _imports(session: Session, folder: Path) -> None:
    """One of each state in which an import can be looked at for long."""
    file = dirty_orders(orders=30)
    upload = Upload(kind="orders", name="orders-2025.csv", stream=BytesIO(file.content))
    start_import(session, keep_upload(upload, store=open_store(folder, "")), actor=SYSTEM)
    checked(session, folder, file.content, options=ALL)
    taken_in(session, folder, b"SKU,Site,Quantity\nNOPE,CMH1,2\n", kind="stock")
    checked(session, folder, file.content + b'1,"never closed\n', options=ALL)
    codes = session.execute(text("SELECT code FROM skus ORDER BY code LIMIT 40")).scalars().all()
    counted = [f"{code},CMH1,,,{number % 9}" for number, code in enumerate(codes)]
    content = "\n".join(("SKU,Site,Bin,Lot,Counted", *counted, f"{codes[0]},RNO1,Z-99,,1", "NOPE,CMH1,,,-2"))
    checked(session, folder, content.encode(), kind="counts")


def _exports(session: Session, folder: Path) -> None:
    """One that waits, one that is under way, one to be fetched, one that failed, one that was forgotten."""
    for kind, format, filters, action in EXPORTED:
        row = lifecycle.begin(session, asked(kind, format, filters), rows=248_310, actor=SYSTEM)
        if action:
            lifecycle.move(session, row.id, "run", rows_done=112_000)
        if action in ("finish", "forget"):
            stored = keep(open_store(folder, ""), b"SKU\r\n", name="x.csv", media_type="text/csv")
            lifecycle.move(session, row.id, "finish", file_id=add(session, stored), rows_done=248_310)
        if action == "forget":
            lifecycle.move(session, row.id, "forget", file_id=None)
        if action == "fail":
            lifecycle.move(session, row.id, "fail", error="broke off (OSError): ask again")


def _staff(session: Session) -> None:
    api_keys.create(session, "Web shop", ("orders:read", "orders:write"), actor=SYSTEM)
    person = NewUser(email="dana@example.com", name="Dana Example", role="support", password="green tea at five")
    [user_id] = users.create(session, [person], actor=SYSTEM)
    view = NewView(page="orders", name="Unpaid and open", query="view=open&payment=unpaid", is_shared=True)
    saved_views.save(session, user_id, view)


def _told_channels(session: Session, keys: Keyring) -> None:
    """One that is tried again, one that waits for a person, one that is just told everything again."""
    facts = PublicationFacts(is_on=True, address="https://shop.example.com/stock", most=200, held_back=2)
    for code in ("web", "api", "store"):
        channel_id = session.execute(text("SELECT id FROM channels WHERE code = :code"), {"code": code}).scalar_one()
        publication.put(session, channel_id, facts, keys=keys)
        publication.wake(session, publication.lock(session, [channel_id]))
        stock_offers.mark_all(session, channel_id, is_forced=code == "store")
    for statement in TOLD:
        session.execute(text(statement))


def _stock(session: Session) -> None:
    """Some of it unsellable, some on its way, an alert that can wait, and a verify that found nothing."""
    buy_what_runs_low(session)
    for statement in STOCK:
        session.execute(text(statement))
    one = session.execute(text("SELECT sku_id, site_id FROM stock_levels WHERE on_hand - allocated > 4 LIMIT 1")).one()
    damage = Adjustment(sku_id=one.sku_id, site_id=one.site_id, reason="damage", unavailable=2)
    adjust_stock(session, [damage], actor=SYSTEM)


def _any_order(session: Session) -> int:
    return int(session.execute(text("SELECT max(id) FROM orders WHERE NOT is_history")).scalar_one())


EXPORTED = (
    ("ledger", "csv", {"site": "CMH1", "since": "2025-11-01"}, "forget"),
    ("places", "csv", {}, "fail"),
    ("products", "xlsx", {"state": "active"}, "finish"),
    ("stock", "xlsx", {"q": "stove"}, "run"),
    ("prices", "csv", {}, ""),
)
LAST_PICKED = """
SELECT max(f.id) FROM fulfilment_orders f JOIN sites s ON s.id = f.site_id
 WHERE f.state = 'picked' AND s.code IN ('RNO1', 'CMH1', 'DFW1')
"""
SOMETHING = """
SELECT s.code AS sku, l.site_id FROM stock_levels l JOIN skus s ON s.id = l.sku_id JOIN sites w ON w.id = l.site_id
 WHERE s.tracking = 'none' AND w.code = 'RNO1' AND l.on_hand - l.allocated - l.unavailable > 5 ORDER BY l.id LIMIT 1
"""
TOLD = (
    """
    UPDATE stock_offers SET units = 40 + sku_id % 150, backorders = true, published_at = now() - interval '3 minutes',
           changed_at = CASE WHEN sku_id % 5 = 0 THEN now() - interval '2 minutes' END,
           refusal = CASE WHEN sku_id % 17 = 1 THEN 'no listing has this SKU' ELSE '' END
     WHERE NOT is_forced OR sku_id % 3 > 0
    """,
    """
    UPDATE stock_publications p SET succeeded_at = now() - interval '3 minutes',
           failing_since = now() - interval '2 minutes', last_error = CASE c.code
           WHEN 'web' THEN 'the channel answered 503 to POST /stock'
           ELSE 'the channel answered 404: there is nothing at this address: correct it' END
      FROM channels c WHERE c.id = p.channel_id AND c.code IN ('web', 'api')
    """,
    "UPDATE stock_offers SET is_forced = false WHERE is_forced AND changed_at IS NULL",
    """
    UPDATE deliveries SET state = CASE WHEN c.code = 'api' THEN 'dead' ELSE 'ready' END, attempt = 3,
           last_error = 'ProviderError: the channel answered', run_at = now() + interval '1 hour'
      FROM channels c
     WHERE handler = 'channels.publish_stock' AND ids ->> 'channel_id' = CAST(c.id AS text) AND c.code IN ('web', 'api')
    """,
)
STOCK = (
    """
    UPDATE stock_alerts SET snoozed_until = current_date + 9, snooze_reason = 'ordered by phone', snoozed_by = 'system'
     WHERE id = (SELECT max(id) FROM stock_alerts)
    """,
    "INSERT INTO verify_runs (began_at, ended_at, findings) VALUES (now(), now() - interval '3 hours', 0)",
)
GIVE_UP = """
UPDATE deliveries SET state = (ARRAY['dead', 'uncertain'])[1 + row_number % 2], attempt = 6,
       last_error = 'ConnectionRefusedError: the mail server at 127.0.0.1:1 does not answer'
  FROM (SELECT id AS one, row_number() OVER (ORDER BY id) FROM deliveries ORDER BY id LIMIT 5) AS first
 WHERE id = one
"""
