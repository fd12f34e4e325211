"""What is in transit is dated supply of the site that waits for it: told from the lines, whenever they change."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import incoming, sites
from app.inventory.incoming import Expected
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, StaleState
from app.kernel.events import emit
from app.transfers import book
from app.transfers.events import TransferRescheduled
from app.transfers.states import OPEN
from app.workflows.draft_transfers import refuse_day


def expect(session: Session, transfer_ids: Sequence[int], *, actor: Actor) -> None:
    """Say how much of each line is still to come; the transfers are locked, and the levels at both ends."""
    rows = session.execute(text(IN_TRANSIT), {"ids": sorted(transfer_ids)})
    incoming.expect(session, [Expected(source="transfer", **row._mapping) for row in rows], actor=actor)


def reschedule_transfers(session: Session, days: Mapping[int, date], *, actor: Actor) -> None:
    """Other days for transfers, by id, that are not over; whoever was promised their units is told by the supply."""
    found = book.lock(session, days)
    known = {site.id: site for site in sites.all_of_them(session)}
    for one in found.values():
        if one.state not in OPEN:
            raise StaleState(f"{one.number} is {one.state.replace('_', ' ')}: nothing of it is expected any more")
    failures = [failure for one in found.values() for failure in refuse_day(days[one.id], known[one.to_site_id])]
    if failures:
        raise Invalid(failures)
    moved = [one for one in found.values() if days[one.id] != one.expected_on]
    book.reschedule(session, {one.id: days[one.id] for one in moved})
    expect(session, [one.id for one in moved], actor=actor)
    events = [TransferRescheduled(transfer_id=one.id, expected_on=days[one.id], was=one.expected_on) for one in moved]
    emit(session, events, actor=actor)


IN_TRANSIT = """
SELECT l.sku_id, t.to_site_id AS site_id, l.id AS source_id, l.in_transit AS quantity, t.expected_on
  FROM transfer_lines l JOIN transfers t ON t.id = l.transfer_id
 WHERE t.id = ANY(CAST(:ids AS bigint[])) AND l.sent > 0 ORDER BY l.id
"""
