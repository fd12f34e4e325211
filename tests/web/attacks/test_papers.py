"""What leaves the house with strangers' words in it: mails, packing slips, pick lists, CSV files."""

import csv
import io
import re

import pytest
from sqlalchemy import text

from app.orders.events import ParcelDelivered, ParcelShipped
from app.workflows.notify import Notifier
from tests.unit.documents.reading import text_of
from tests.web.attacks.markup import Page
from tests.web.attacks.test_markup import HOSTILE

FILES = ("sales/sku.csv", "sales/customer.csv", "sales/channel.csv", "sales/region.csv")


@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE)
def test_markup_of_strangers_is_text_in_every_mail(session, world_of, payload):
    world = world_of(lambda name: f"{payload}{name}")
    notifier = Notifier("http://localhost", "shop@example.com")
    parcel = {"order_id": world.ids.order, "parcel_id": world.ids.sent}
    notifier.on_parcel_shipped(session, [ParcelShipped(units=3, carrier="x", **parcel)])
    notifier.on_parcel_delivered(session, [ParcelDelivered(**parcel)])

    mails = session.execute(text("SELECT kind, subject, html_body, text_body FROM messages")).all()

    assert {mail.kind for mail in mails} == {"confirmation", "shipped", "delivered"}
    assert [Page(mail.html_body).foreign for mail in mails] == [[], [], []]
    assert all(world.planted["product"] in Page(mail.html_body).text for mail in mails)
    assert all(world.planted["product"] in mail.text_body for mail in mails)
    assert not any("49zq7" in mail.html_body + mail.text_body + mail.subject for mail in mails)


@pytest.mark.parametrize(
    "payload", [*HOSTILE.values(), '<img src="/etc/hostname">', "<b>", '<font color="[[[">', "&amp;"]
)
def test_markup_of_strangers_is_printed_letter_by_letter(world_of, payload):
    world = world_of(lambda name: f"{payload}{name}")

    slip = world.admin.get(f"/warehouse/work/{world.ids.work}/slip.pdf")
    walk = world.admin.get(f"/warehouse/picks/{world.ids.pick_list}.pdf")

    assert (slip.mimetype, walk.mimetype) == ("application/pdf", "application/pdf")
    printed = joined(slip.data)
    assert (
        sorted(name for name in ("name", "street", "city", "product", "sku") if said(world, name) not in printed) == []
    )
    assert said(world, "product") in joined(walk.data)


@pytest.mark.parametrize("start", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)"])
def test_no_exported_text_is_a_formula(world_of, start):
    world = world_of(lambda name: f"{start}{name}")
    files = [f"/admin/{name}" for name in FILES]
    files += [f"/support/imports/{world.ids.import_id}/{name}.csv" for name in ("rejected", "repairs")]

    cells = [cell for file in files for row in rows_of(world.admin.get(file)) for cell in row]

    assert [cell for cell in cells if is_formula(cell)] == []
    assert {f"'{world.planted[name]}" for name in ("sku", "product", "customer", "header", "cell")} <= set(cells)


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
