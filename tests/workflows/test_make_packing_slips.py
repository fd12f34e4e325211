"""Slips are drawn once from what was released, and again as copies."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import text

from app.documents.paper import A4, LABEL
from app.documents.pick_list import pick_list
from app.kernel.actor import SYSTEM
from app.kernel.deliveries import Held
from app.kernel.errors import NotFound
from app.kernel.files import FolderStore, StoredFile
from app.workflows.load_slips import load_slips
from app.workflows.make_packing_slips import SlipMaker, print_slips
from app.workflows.place_orders import place_orders
from app.workflows.print_pick_lists import load_pick_list
from tests.factories.house import make_house, order_request
from tests.unit.documents.reading import barcodes_of, text_of


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path)


@pytest.fixture
def work(session, bound):
    """One order of two SKUs; one unit of the first is backordered. Answers (order number, fulfilment order id)."""
    make_house(session, {("TEA-1", "CHI-S"): 2, ("TEA-2", "CHI-S"): 1})
    [placed] = place_orders(session, [order_request(("TEA-1", 3), ("TEA-2", 1))], actor=SYSTEM)
    session.execute(text("UPDATE order_contacts SET name = 'José Müller-Ångström', city = 'Łódź', country = 'PL'"))
    row = session.execute(text("SELECT id FROM fulfilment_orders WHERE order_id = :id"), {"id": placed.order_id}).one()
    session.commit()
    return placed.number, row.id


def held(fulfilment_order_id: int) -> Held:
    ids = {"fulfilment_order_id": fulfilment_order_id, "order_id": 1, "site": "CHI-S"}
    return Held(id=1, handler="slips.make", ids=ids, event_id=None, attempt=1, failures=0)


def make(store, *ids):
    """Drawn and kept as a worker does it; answers how to write it down."""
    maker, batch = SlipMaker(store), [held(id) for id in ids]
    with maker.begin(batch) as perform:
        done = [(each, perform(each, None)) for each in batch]
    return lambda session: maker.record(session, done)


def slip_file(session, fulfilment_order_id):
    return session.execute(
        text("SELECT f.* FROM files f JOIN fulfilment_orders fo ON fo.slip_file_id = f.id WHERE fo.id = :id"),
        {"id": fulfilment_order_id},
    ).one_or_none()


def test_a_released_order_gets_its_slip(session, store, work):
    number, id = work

    make(store, id)(session)

    file = slip_file(session, id)
    with store.open(file.key) as stream:
        pdf = stream.read()
    page = text_of(pdf)[0]
    assert file.name == f"{number}-1.pdf"
    assert file.size == len(pdf)
    assert barcodes_of(pdf) == {number, f"{number}-1"}
    for words in ("José Müller-Ångström", "43215 Łódź, OH", "Poland", "TEA-1", "TEA-2", "1 more to come", "Northwold"):
        assert words in page


def test_a_second_delivery_leaves_the_first_slip(session, store, work):
    make(store, work[1])(session)
    first = slip_file(session, work[1])

    make(store, work[1])(session)

    assert slip_file(session, work[1]) == first
    assert session.query(StoredFile).count() == 1


def test_of_two_workers_the_faster_one_s_slip_stays(session, store, work):
    faster, slower = make(store, work[1]), make(store, work[1])
    faster(session)
    first = slip_file(session, work[1])

    slower(session)

    assert slip_file(session, work[1]) == first


def test_a_copy_says_so_and_shows_how_things_stand_now(session, store, work):
    session.execute(text("UPDATE order_contacts SET name = 'Ann Later'"))

    pdf = print_slips(load_slips(session, [work[1]], is_copy=True), store, paper=LABEL)

    assert "COPY" in text_of(pdf)[0]
    assert "Ann Later" in text_of(pdf)[0]


def test_slips_come_in_the_order_asked(session, store, work):
    loaded = load_slips(session, [work[1], work[1]])

    assert [each.fulfilment_order_id for each in loaded] == [work[1], work[1]]


def test_the_company_s_logo_is_printed(session, store, work):
    before = print_slips(load_slips(session, [work[1]]), store, paper=A4)
    picture = BytesIO()
    Image.new("RGB", (60, 20), (200, 0, 0)).save(picture, "PNG")
    logo = picture.getvalue()
    key = store.put(logo, media_type="image/png")
    row = StoredFile(key=key, media_type="image/png", name="logo.png", size=len(logo), sha256=b"")
    session.add(row)
    session.flush()
    session.execute(text("UPDATE company SET logo_file_id = :id"), {"id": row.id})

    pdf = print_slips(load_slips(session, [work[1]]), store, paper=A4)

    assert b"/Subtype /Image" in pdf
    assert b"/Subtype /Image" not in before


def test_an_erased_customer_leaves_a_slip_without_a_name(session, store, work):
    session.execute(text("DELETE FROM order_contacts"))

    assert load_slips(session, [work[1]])[0].slip.ship_to == ()


def test_an_unknown_fulfilment_order_is_refused(session, bound):
    with pytest.raises(NotFound, match="no fulfilment order 9"):
        load_slips(session, [9])


def test_a_pick_list_names_each_sku_once_with_its_orders(session, work):
    number, id = work
    made = session.execute(
        text(
            "INSERT INTO pick_lists (site_id, created_by) SELECT site_id, 'user:1' FROM fulfilment_orders RETURNING id"
        )
    ).scalar_one()
    session.execute(text("UPDATE fulfilment_orders SET pick_list_id = :id"), {"id": made})

    values = load_pick_list(session, made)

    assert [(row.sku, row.quantity, [share.code for share in row.shares]) for row in values.rows] == [
        ("TEA-1", 2, [f"{number}-1"]),
        ("TEA-2", 1, [f"{number}-1"]),
    ]
    assert values.orders == 1
    assert barcodes_of(pick_list(values, A4)) == {f"PL-{made}"}


def test_an_unknown_pick_list_is_refused(session, bound):
    with pytest.raises(NotFound, match="no pick list 9"):
        load_pick_list(session, 9)
