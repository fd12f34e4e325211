"""What leaves the house with strangers' words in it: mails, packing slips, pick lists, CSV files."""

import csv
import io
import re

from sqlalchemy import text

from app.orders.events import ParcelDelivered, ParcelShipped
from app.workflows.notify import Notifier
from tests.unit.documents.reading import text_of
from tests.web.attacks.markup import Page
from tests.web.attacks.test_markup import HOSTILE

PRINTED = "".join([*HOSTILE.values(), '<img src="/etc/hostname"><b><font color="[[[">&amp;'])
LONG = ("product", "name", "street")
FORMULAS = {
    "sku": "=cmd|' /C calc'!A0",
    "product": "+1+1",
    "customer": "-2+3",
    "header": "@SUM(1)",
    "cell": "=1",
}
FILES = (
    *("sales/sku.csv", "sales/customer.csv", "sales/channel.csv", "sales/region.csv", "stock-report/sku.csv"),
    *(f"exports/{kind}.csv" for kind in ("products", "prices", "stock", "places", "bins", "ledger")),
)


def hostile(name: str) -> str:
    return f"{PRINTED}{name}" if name in LONG else f"{HOSTILE['attribute']}{name}"


def test_markup_of_strangers_is_text_in_every_mail(session, world_of):
    world = world_of(hostile)
    notifier, parcel = Notifier("http://localhost", "shop@example.com"), {"parcel_id": world.ids.sent}
    notifier.on_parcel_shipped(session, [ParcelShipped(order_id=world.ids.order, units=3, carrier="x", **parcel)])
    notifier.on_parcel_delivered(session, [ParcelDelivered(order_id=world.ids.order, **parcel)])

    mails = session.execute(text("SELECT kind, subject, html_body, text_body FROM messages")).all()

    told = dict.fromkeys(("confirmation", "shipped", "delivered"), "product")
    told |= {"recall": "name", "purchase_order": "supplier"}
    assert {mail.kind for mail in mails} == set(told)
    assert [mail.kind for mail in mails if Page(mail.html_body).foreign] == []
    assert all(world.planted[told[mail.kind]] in Page(mail.html_body).text for mail in mails)
    assert all(world.planted[told[mail.kind]] in mail.text_body for mail in mails)
    assert not any("49zq7" in mail.html_body + mail.text_body + mail.subject for mail in mails)


def test_markup_of_strangers_is_printed_letter_by_letter(world_of):
    world = world_of(hostile)

    slip = world.admin.get(f"/warehouse/work/{world.ids.work}/slip.pdf")
    walk = world.admin.get(f"/warehouse/picks/{world.ids.pick_list}.pdf")

    assert (slip.mimetype, walk.mimetype) == ("application/pdf", "application/pdf")
    printed = joined(slip.data)
    assert [name for name in ("name", "street", "city", "product", "sku") if said(world, name) not in printed] == []
    assert said(world, "product") in joined(walk.data)


def test_no_exported_text_is_a_formula(world_of):
    world = world_of(lambda name: FORMULAS.get(name, f"={name}"))
    files = [f"/admin/{name}" for name in FILES]
    files += [f"/support/imports/{world.ids.import_id}/{name}.csv" for name in ("rejected", "repairs", "results")]

    cells = [cell for file in files for row in rows_of(world.admin.get(file)) for cell in row]

    assert [cell for cell in cells if is_formula(cell)] == []
    assert {f"'{formula}" for formula in FORMULAS.values()} <= set(cells)


def rows_of(answer) -> list[list[str]]:
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def is_formula(cell: str) -> bool:
    return cell[:1] in "=+-@\t\r" and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?|", cell)


def joined(pdf: bytes) -> str:
    """Without the spaces and breaks that fitting a line brings."""
    return "".join("".join(text_of(pdf)).split())


def said(world, name: str) -> str:
    return "".join(world.planted[name].split())
