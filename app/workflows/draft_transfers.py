"""What shall go from one site to another: written down, changed, or dropped, before anything moves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import sites
from app.inventory.incoming import FARTHEST
from app.inventory.sites import SitePlace
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import DomainError, Invalid
from app.kernel.events import emit
from app.kernel.text import LARGEST_QUANTITY
from app.transfers import book
from app.transfers.book import Entry, NewTransfer, TransferRow
from app.transfers.events import TransferCancelled, TransferDrafted
from app.transfers.states import TRANSFER
from app.workflows.transfer_numbers import Names


@dataclass(frozen=True, kw_only=True)
class Goods:
    """``quantity`` units of a SKU by its code; negative takes back what was asked for. ``lot`` is a code or nothing.

    ``serials`` are the numbers of the units, one for each, where they are known by number.
    """

    sku: str
    quantity: int
    lot: str = ""
    serials: tuple[str, ...] = ()
    scan: str | None = None


@dataclass(frozen=True, kw_only=True)
class TransferRequest:
    """Sites by code."""

    from_site: str
    to_site: str
    expected_on: date
    goods: tuple[Goods, ...] = ()


def draft_transfers(session: Session, requests: Sequence[TransferRequest], *, actor: Actor) -> list[str]:
    """Drafts; answers their numbers, in order. Raises Invalid with every failure of all requests."""
    known = {site.code: site for site in sites.all_of_them(session)}
    open_ = {site.code for site in sites.active(session)}
    failures = [failure for one in requests for failure in _wrong_route(one, known, open_)]
    if failures:
        raise Invalid(failures)
    wanted = [
        NewTransfer(from_site_id=known[one.from_site].id, to_site_id=known[one.to_site].id, expected_on=one.expected_on)
        for one in requests
    ]
    made = book.make(session, wanted, actor=actor)
    drafted = [
        TransferDrafted(transfer_id=id, number=number, from_site_id=one.from_site_id, to_site_id=one.to_site_id)
        for (id, number), one in zip(made, wanted, strict=True)
    ]
    emit(session, drafted, actor=actor)
    ask_for(session, {id: one.goods for (id, _), one in zip(made, requests, strict=True) if one.goods}, actor=actor)
    return [number for _, number in made]


def ask_for(session: Session, wanted: Mapping[int, Sequence[Goods]], *, actor: Actor) -> None:
    """Add goods to drafts, by transfer id, or take some off. A scan that came before is passed over."""
    found = book.lock(session, wanted)
    for one in found.values():
        TRANSFER.target(one.state, "change")
    asked = [(id, one) for id, goods in wanted.items() for one in goods]
    known = goods_by_code(session, [one for _, one in asked])
    before = book.seen(session, {(id, one.scan) for id, one in asked if one.scan})
    fresh = [(id, one) for id, one in asked if (id, one.scan) not in before]
    lines = book.lines_for(session, [(id, *known[one.sku, one.lot]) for id, one in fresh])
    names = Names(session, found, [(known[one.sku, one.lot][0], one.serials) for _, one in fresh])
    told = [
        (id, entry, one.sku)
        for id, one in fresh
        for entry in names.entries(found[id], lines[id, *known[one.sku, one.lot]], known[one.sku, one.lot], one)
    ]
    _refuse_nonsense(found, [(entry, sku) for _, entry, sku in told])
    book.write(session, [(id, entry) for id, entry, _ in told], actor=actor)


def discard_transfers(session: Session, transfer_ids: Sequence[int], *, actor: Actor) -> None:
    """Drop drafts: nothing of them has moved."""
    found = book.lock(session, transfer_ids)
    for one in found.values():
        TRANSFER.target(one.state, "discard")
    book.discard(session, list(found))
    emit(session, [TransferCancelled(transfer_id=id, returned=0) for id in sorted(found)], actor=actor)


def refuse_day(day: date, site: SitePlace) -> list[tuple[str, str]]:
    """Why goods cannot be expected then; ``site`` is where they go."""
    today = clock.today_in(site.time_zone)
    if today <= day <= today + FARTHEST:
        return []
    return [("expected_on", f"goods cannot arrive on {day}: write a day from {today} to {today + FARTHEST}")]


def goods_by_code(session: Session, goods: Sequence[Goods]) -> dict[tuple[str, str], tuple[int, int | None]]:
    """SKU and lot ids by their codes. Raises Invalid naming every code that is not known."""
    asked = sorted({(one.sku, one.lot) for one in goods})
    rows = session.execute(text(GOODS), {"skus": [sku for sku, _ in asked], "lots": [lot for _, lot in asked]}).all()
    failures = [failure for row in rows for failure in _unknown(row)]
    if failures:
        raise Invalid(failures)
    return {(row.sku, row.lot): (row.sku_id, row.lot_id) for row in rows}


def _wrong_route(one: TransferRequest, known: Mapping[str, SitePlace], open_: Collection[str]) -> list[tuple[str, str]]:
    """A site that is closed may send away what it has."""
    failures = [
        (field, f"there is no site {code[:20]!r}: write one of {', '.join(sorted(known))}")
        for field, code in (("from_site", one.from_site), ("to_site", one.to_site))
        if code not in known
    ]
    if failures:
        return failures
    if one.from_site == one.to_site:
        return [("to_site", f"the goods are at {one.from_site} already: choose another site")]
    if one.to_site not in open_:
        return [("to_site", f"{one.to_site} is closed: open it first, or choose another site")]
    return refuse_day(one.expected_on, known[one.to_site])


def _refuse_nonsense(drafts: Mapping[int, TransferRow], entries: Sequence[tuple[Entry, str]]) -> None:
    asked = {line.id: line.asked for draft in drafts.values() for line in draft.lines}
    for entry, sku in entries:
        before = asked.get(entry.line_id, 0)
        asked[entry.line_id] = before + entry.quantity
        if entry.quantity == 0 or asked[entry.line_id] > LARGEST_QUANTITY:
            raise DomainError(f"{entry.quantity} of {sku} cannot be added: write 1 or more", field="quantity")
        if asked[entry.line_id] < 0:
            raise DomainError(
                f"{sku}: {before} are on this transfer, {-entry.quantity} cannot come off", field="quantity"
            )


def _unknown(row: Any) -> list[tuple[str, str]]:
    if row.sku_id is None:
        return [("sku", f"there is no SKU “{row.sku[:40]}”: scan or type another code")]
    if row.lot and row.lot_id is None:
        return [("lot", f"{row.sku} has no lot “{row.lot[:40]}”: check the label")]
    return []


GOODS = """
SELECT asked.sku, asked.lot, s.id AS sku_id, l.id AS lot_id
  FROM unnest(CAST(:skus AS text[]), CAST(:lots AS text[])) AS asked (sku, lot)
  LEFT JOIN skus s ON s.code = asked.sku
  LEFT JOIN lots l ON l.sku_id = s.id AND l.code = asked.lot
"""
