"""What a purchase order's paper is made of, read in two statements for any number of orders."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from app.documents.addresses import Address, address_lines
from app.documents.paper import A4, LETTER, Paper
from app.documents.purchase_order import PurchasePaper, PurchasePaperLine, purchase_order
from app.documents.values import Sender
from app.kernel.errors import NotFound
from app.kernel.files import FileStore
from app.kernel.signing import canonical
from app.workflows.company_day import today

LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "PH", "CL", "CO"})


@dataclass(frozen=True, kw_only=True)
class LoadedPaper:
    """The logo's bytes lie in the file store under ``logo_key``: read them after the transaction."""

    purchase_order_id: int
    version: int
    state: str
    email: str
    mail_from: str
    paper: PurchasePaper
    sheet: Paper
    logo_key: str | None

    def as_sent(self) -> "LoadedPaper":
        """As the supplier gets it: a draft is sent by it."""
        return replace(self, paper=replace(self.paper, is_draft=False))

    @property
    def digest(self) -> bytes:
        """Of what the supplier goes by: not of the day on which it is written, nor of how we call ourselves."""
        one = self.paper
        lines = [
            [line.sku, line.their_code, line.name, line.quantity, line.by.isoformat(), line.unit_cost_minor]
            for line in one.lines
        ]
        said = [one.number, one.supplier, list(one.deliver_to), one.currency, one.note, lines]
        return sha256(canonical(said)).digest()


def load_papers(session: Session, numbers: Sequence[str]) -> list[LoadedPaper]:
    """In the order asked. Raises NotFound."""
    heads = {row.number: row for row in session.execute(text(HEADS), {"numbers": list(numbers)})}
    if missing := sorted(set(numbers) - heads.keys()):
        raise NotFound(f"there is no purchase order {missing[0][:40]!r}")
    lines: dict[int, list[PurchasePaperLine]] = defaultdict(list)
    for row in session.execute(text(LINES), {"ids": [head.id for head in heads.values()]}):
        lines[row.purchase_order_id].append(_line(row))
    day = today(session)
    return [_loaded(heads[number], tuple(lines[heads[number].id]), day) for number in numbers]


def print_paper(loaded: LoadedPaper, files: FileStore) -> bytes:
    """A PDF. Call it outside any transaction."""
    logo = None
    if loaded.logo_key:
        with files.open(loaded.logo_key) as stream:
            logo = stream.read()
    return purchase_order(replace(loaded.paper, sender=replace(loaded.paper.sender, logo=logo)), loaded.sheet)


def _loaded(head: Row[Any], lines: tuple[PurchasePaperLine, ...], day: Any) -> LoadedPaper:
    place = {name: getattr(head, name) for name in ("street", "city", "region", "postal_code", "country")}
    paper = PurchasePaper(
        sender=Sender(name=head.company, address=head.slip_sender),
        number=head.number,
        supplier=head.supplier,
        day=day,
        deliver_to=address_lines(Address(name=f"{head.company}, {head.site}", **place)),
        currency=head.currency,
        lines=lines,
        note=head.note,
        is_draft=head.state == "draft",
    )
    return LoadedPaper(
        purchase_order_id=head.id,
        version=head.version,
        state=head.state,
        email=head.email,
        mail_from=head.mail_from,
        paper=paper,
        sheet=LETTER if head.country in LETTER_COUNTRIES else A4,
        logo_key=head.logo_key,
    )


def _line(row: Row[Any]) -> PurchasePaperLine:
    return PurchasePaperLine(
        sku=row.sku_code,
        their_code=row.their_code,
        name=row.name,
        quantity=row.quantity,
        by=row.expected_on,
        unit_cost_minor=row.unit_cost_minor,
    )


HEADS = """
SELECT o.id, o.number, o.version, o.state, o.currency, o.note, s.name AS supplier, s.email, t.name AS site, t.street,
       t.city, t.region, t.postal_code, t.country, co.name AS company, co.slip_sender, co.mail_from,
       logo.key AS logo_key
  FROM purchase_orders o JOIN suppliers s ON s.id = o.supplier_id JOIN sites t ON t.id = o.site_id
  CROSS JOIN company co LEFT JOIN files logo ON logo.id = co.logo_file_id
 WHERE o.number = ANY(CAST(:numbers AS text[]))
"""

LINES = """
SELECT l.purchase_order_id, l.sku_code, l.name, l.ordered - l.cancelled - l.short AS quantity, l.expected_on,
       l.unit_cost_minor, coalesce(c.code, '') AS their_code
  FROM purchase_order_lines l JOIN purchase_orders o ON o.id = l.purchase_order_id
  LEFT JOIN supplier_skus c ON c.supplier_id = o.supplier_id AND c.sku_id = l.sku_id
 WHERE l.purchase_order_id = ANY(CAST(:ids AS bigint[])) AND l.ordered > l.cancelled + l.short
 ORDER BY l.purchase_order_id, l.position
"""
