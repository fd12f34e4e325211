"""Packing slips of orders released in bulk, against a bare ReportLab canvas that draws slips of the same words."""

import random
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from io import BytesIO

from reportlab.graphics.barcode.code128 import Code128
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import text

from app.documents.fonts import REGULAR, STRONG, load
from app.documents.slip import Slip
from app.kernel import uow
from app.kernel.actor import SYSTEM
from app.kernel.files import FolderStore
from app.workflows.load_slips import load_slips
from app.workflows.place_orders import place_orders
from app.workflows.release_work import release_work
from tests.bench.background import background, drained, files_of
from tests.bench.case import Case, Goal, Lab, Medians, Sample, Sides
from tests.bench.checks import Incomplete
from tests.bench.load import count
from tests.bench.meters import metering, sample_of
from tests.bench.sink import running_sink
from tests.bench.work import request, started
from tests.unit.documents.reading import barcodes_of, text_of

SLIPS, AT_ONCE, LOOKED_AT = 600, 100, 20


@contextmanager
def _open(lab: Lab) -> Iterator[Sides]:
    with running_sink() as sink, started(lab), background(lab, SMTP_URL=sink.url) as pids:
        _release(_placed(AT_ONCE))
        drained(lab)
        yield {"canvas": lambda: _bare(lab), "Waybill": lambda: _released(lab, pids)}


def _released(lab: Lab, pids: list[int]) -> Sample:
    """From the commit of one release of all of them to the last slip in the store and on record."""
    work = _placed(SLIPS)
    drained(lab)
    with metering(lab, pids) as spent:
        _release(work)
        seconds = drained(lab)
    return sample_of(spent, SLIPS, rate=SLIPS / seconds)


def _bare(lab: Lab) -> Sample:
    """One process, one file per slip, no database, nothing kept for good."""
    with uow.unit_of_work() as session:
        ids = session.execute(text("SELECT id FROM fulfilment_orders ORDER BY id DESC LIMIT :n"), {"n": AT_ONCE})
        slips = [each.slip for each in load_slips(session, list(ids.scalars()))]
    load()
    end, drawn = time.perf_counter() + lab.seconds, 0
    with metering(lab, ours=True) as spent:
        while time.perf_counter() < end:
            _draw(slips[drawn % len(slips)])
            drawn += 1
    return sample_of(spent, drawn)


def _draw(slip: Slip) -> bytes:
    target = BytesIO()
    canvas = Canvas(target, pagesize=(595, 842), pageCompression=1)
    _write(canvas, 40, 780, STRONG, (slip.sender.name, *slip.sender.address.splitlines(), "Packing slip"))
    for code, y in ((slip.order_number, 740), (slip.code, 620)):
        Code128(code, barHeight=34, barWidth=1.1).drawOn(canvas, 340, y)
        _write(canvas, 360, y - 14, STRONG, (code,))
    facts = ("Order", slip.order_number, "Ordered on", f"{slip.ordered_on:%d %B %Y}", "Packed at", slip.site)
    _write(canvas, 40, 700, REGULAR, (*facts, "Ship to", *slip.ship_to))
    for row, line in enumerate(slip.lines):
        cells = (line.sku, line.name, str(line.ordered), str(line.quantity), str(line.later))
        for x, cell in zip((40, 160, 400, 460, 520), cells, strict=True):
            _write(canvas, x, 500 - 20 * row, REGULAR, (cell,))
        canvas.line(40, 494 - 20 * row, 555, 494 - 20 * row)
    _write(canvas, 40, 60, STRONG, (f"{sum(line.quantity for line in slip.lines)} units in all", "Page 1 of 1"))
    canvas.save()
    return target.getvalue()


def _write(canvas: Canvas, x: float, y: float, face: str, lines: Sequence[str]) -> None:
    canvas.setFont(face, 9.5)
    for number, line in enumerate(lines):
        canvas.drawString(x, y - 12.5 * number, line)


def _placed(orders: int) -> list[int]:
    """Ids of fulfilment orders that wait to be released."""
    rng, run = random.Random(), secrets.token_hex(4)
    for start in range(0, orders, AT_ONCE):
        requests = [request(rng, f"{run}-{number}") for number in range(start, start + AT_ONCE)]
        uow.run(partial(place_orders, requests=requests, actor=SYSTEM))
    with uow.unit_of_work() as session:
        found = session.execute(text("SELECT id FROM fulfilment_orders WHERE state = 'open' ORDER BY id"))
        return list(found.scalars())


def _release(work: Sequence[int]) -> None:
    uow.run(lambda session: release_work(session, work, actor=SYSTEM))


LATEST = """
SELECT f.key, f.name, c.name FROM files f JOIN fulfilment_orders w ON w.slip_file_id = f.id
  JOIN order_contacts c ON c.order_id = w.order_id ORDER BY f.id DESC LIMIT %s
"""


def _check(lab: Lab) -> None:
    """Every slip is there, and a reader that did not write it finds words and barcodes in some of them."""
    released = count(lab, "fulfilment_orders WHERE state <> 'open'")
    if count(lab, "fulfilment_orders WHERE slip_file_id IS NOT NULL") != released:
        raise Incomplete(f"not all of {released} released orders have a slip")
    store = FolderStore(files_of(lab))
    with lab.servers.postgres.connect(lab.database.name) as connection:
        found = connection.execute(LATEST, [LOOKED_AT]).fetchall()
    for key, name, recipient in found:
        code = name.removesuffix(".pdf")
        with store.open(key) as stream:
            pdf = stream.read()
        if barcodes_of(pdf) != {code, code.rpartition("-")[0]} or recipient not in text_of(pdf)[0]:
            raise Incomplete(f"the slip {name} cannot be read")


def _rate_to_canvas(medians: Medians) -> float:
    return medians["Waybill"].rate / medians["canvas"].rate


CASES = (
    Case(
        name="slips",
        goals=(Goal("rate ÷ canvas", _rate_to_canvas, reach=0.5, aim=0.8),),
        open=_open,
        check=_check,
    ),
)
