"""Transfers and their lines: made, locked, and the one place that writes counters with the entries they are sums of."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import bulk, clock
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.transfers.models import Transfer, TransferEntry, TransferLine
from app.transfers.states import OVER, TransferState, state_of

Kind = Literal["asked", "sent", "arrived", "lost", "returned", "found"]
Stuff = tuple[int, int, int | None]  # transfer, SKU, lot
Unit = tuple[int | None, int | None]  # lot and number
Scan = tuple[int, str]  # transfer, and the terminal's own name for it


@dataclass(frozen=True, kw_only=True)
class LineRow:
    id: int
    transfer_id: int
    sku_id: int
    lot_id: int | None
    asked: int
    sent: int
    arrived: int
    lost: int
    returned: int
    in_transit: int
    found: int


@dataclass(frozen=True, kw_only=True)
class TransferRow:
    """A locked transfer with its lines in the order they were written."""

    id: int
    number: str
    from_site_id: int
    to_site_id: int
    state: TransferState
    expected_on: date
    lines: tuple[LineRow, ...]

    @property
    def in_transit(self) -> int:
        return sum(line.in_transit for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class NewTransfer:
    from_site_id: int
    to_site_id: int
    expected_on: date


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Units of one line, or the one of a number; ``scan`` is the terminal's own name for what was scanned."""

    line_id: int
    kind: Kind
    quantity: int
    lot_id: int | None = None
    serial_id: int | None = None
    reason: str = ""
    scan: str | None = None


def make(session: Session, wanted: Sequence[NewTransfer], *, actor: Actor) -> list[tuple[int, str]]:
    """New drafts without lines; answers id and number of each, in order."""
    drawn = bulk.next_ids(session, {"transfers": len(wanted), "transfer_numbers": len(wanted)})
    numbered = [(id, f"T-{number}") for id, number in zip(*drawn.values(), strict=True)]
    rows = [
        {"id": id, "number": number, **vars(one), "created_by": actor.code}
        for (id, number), one in zip(numbered, wanted, strict=True)
    ]
    bulk.insert(session, Transfer, rows)
    return numbered


def ids_of(session: Session, numbers: Collection[str]) -> dict[str, int]:
    """By number. Raises NotFound for one that no transfer has."""
    rows = session.execute(
        text("SELECT number, id FROM transfers WHERE number = ANY(CAST(:numbers AS text[]))"),
        {"numbers": sorted(numbers)},
    )
    found = {row.number: int(row.id) for row in rows}
    for number in numbers:
        if number not in found:
            raise NotFound(f"there is no transfer “{number[:40]}”")
    return found


def lock(session: Session, transfer_ids: Collection[int]) -> dict[int, TransferRow]:
    """Lock by id, before any stock is, and read. Raises NotFound."""
    wanted = sorted(set(transfer_ids))
    heads = session.execute(text(LOCK), {"ids": wanted}).all()
    if len(heads) != len(wanted):
        raise NotFound("one of these transfers does not exist")
    lines: dict[int, list[LineRow]] = {}
    for row in session.execute(text(LINES), {"ids": wanted}):
        lines.setdefault(row.transfer_id, []).append(LineRow(**row._mapping))
    return {
        row.id: TransferRow(**{**row._mapping, "state": TransferState(row.state)}, lines=tuple(lines.get(row.id, ())))
        for row in heads
    }


def lines_for(session: Session, goods: Sequence[Stuff]) -> dict[Stuff, int]:
    """Line ids; those that do not exist yet are made. The transfers are locked."""
    wanted = list(dict.fromkeys(goods))
    bulk.insert(
        session,
        TransferLine,
        [{"transfer_id": id, "sku_id": sku, "lot_id": lot} for id, sku, lot in wanted],
        suffix="ON CONFLICT (transfer_id, sku_id, lot_id) DO NOTHING",
    )
    rows = session.execute(
        text(
            "SELECT id, transfer_id, sku_id, lot_id FROM transfer_lines WHERE transfer_id = ANY(CAST(:ids AS bigint[]))"
        ),
        {"ids": sorted({id for id, _, _ in wanted})},
    )
    return {(row.transfer_id, row.sku_id, row.lot_id): row.id for row in rows}


def seen(session: Session, scans: Collection[Scan]) -> set[Scan]:
    """Which of these scans were written down for their transfer before. The transfers are locked."""
    rows = bulk.pairs(
        session,
        "SELECT DISTINCT transfer_id, client_scan_id FROM transfer_entries"
        " JOIN unnest(%(first)s::bigint[], %(second)s::text[]) AS v(transfer_id, client_scan_id)"
        " USING (transfer_id, client_scan_id)",
        [id for id, _ in scans],
        [scan for _, scan in scans],
    )
    return {(row.transfer_id, row.client_scan_id) for row in rows}


def in_transit(session: Session, transfer_ids: Collection[int]) -> dict[int, dict[Unit, int]]:
    """Units in transit by line, lot and number, from the entries, those without a number first; what settled is left
    out."""
    rows = session.execute(text(IN_TRANSIT), {"ids": sorted(transfer_ids)})
    found: dict[int, dict[Unit, int]] = {}
    for row in rows:
        found.setdefault(row.transfer_line_id, {})[row.lot_id, row.serial_id] = row.units
    return found


def named(session: Session, transfer_ids: Collection[int]) -> dict[int, list[int]]:
    """Numbers that are asked for, by line, in the order in which they were named."""
    rows = session.execute(text(NAMED), {"ids": sorted(transfer_ids)})
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.transfer_line_id, []).append(row.serial_id)
    return found


def write(session: Session, entries: Sequence[tuple[int, Entry]], *, actor: Actor) -> None:
    """Entries of locked transfers, each with its transfer's id, and the counters of their lines."""
    if not entries:
        return
    moment = clock.now()
    rows = [
        {
            "transfer_id": transfer_id,
            "transfer_line_id": entry.line_id,
            "kind": entry.kind,
            "quantity": entry.quantity,
            "lot_id": entry.lot_id,
            "serial_id": entry.serial_id,
            "reason": entry.reason,
            "client_scan_id": entry.scan,
            "actor": actor.code,
            "request_id": actor.request_id,
            "occurred_at": moment,
        }
        for transfer_id, entry in entries
    ]
    bulk.insert(session, TransferEntry, rows)
    session.execute(
        text(COUNT),
        {
            "line": [entry.line_id for _, entry in entries],
            "kind": [entry.kind for _, entry in entries],
            "quantity": [entry.quantity for _, entry in entries],
        },
    )


def send(session: Session, transfer_ids: Collection[int]) -> None:
    """The state of drafts whose units have been written as sent."""
    session.execute(text(SEND), {"ids": sorted(transfer_ids), "now": clock.now()})


def discard(session: Session, transfer_ids: Collection[int]) -> None:
    """Drafts that shall not leave."""
    session.execute(text(DISCARD), {"ids": sorted(transfer_ids), "now": clock.now()})


def settle(session: Session, transfer_ids: Collection[int]) -> dict[int, TransferState]:
    """Derive and store the states of locked transfers that have left."""
    sums = session.execute(text(SUMS), {"ids": sorted(transfer_ids)}).all()
    states = {
        row.id: state_of(sent=row.sent, arrived=row.arrived, lost=row.lost, returned=row.returned) for row in sums
    }
    session.execute(
        text(SETTLE),
        {
            "ids": list(states),
            "states": [state.value for state in states.values()],
            "over": [state.value for state in OVER],
            "now": clock.now(),
        },
    )
    return states


def reschedule(session: Session, dates: dict[int, date]) -> None:
    session.execute(
        text(
            "UPDATE transfers t SET expected_on = v.day FROM unnest(CAST(:ids AS bigint[]), CAST(:days AS date[]))"
            " AS v(id, day) WHERE t.id = v.id"
        ),
        {"ids": list(dates), "days": list(dates.values())},
    )


LOCK = """
SELECT id, number, from_site_id, to_site_id, state, expected_on FROM transfers
 WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR UPDATE
"""
LINES = """
SELECT id, transfer_id, sku_id, lot_id, asked, sent, arrived, lost, returned, in_transit, found
  FROM transfer_lines WHERE transfer_id = ANY(CAST(:ids AS bigint[])) ORDER BY id
"""
IN_TRANSIT = """
SELECT transfer_line_id, lot_id, serial_id,
       sum(CASE WHEN kind = 'sent' THEN quantity ELSE -quantity END)::bigint AS units
  FROM transfer_entries
 WHERE transfer_id = ANY(CAST(:ids AS bigint[])) AND kind IN ('sent', 'arrived', 'lost', 'returned')
 GROUP BY 1, 2, 3 HAVING sum(CASE WHEN kind = 'sent' THEN quantity ELSE -quantity END) > 0
 ORDER BY 1, 3 NULLS FIRST, 2 NULLS LAST
"""
NAMED = """
SELECT transfer_line_id, serial_id FROM transfer_entries
 WHERE transfer_id = ANY(CAST(:ids AS bigint[])) AND kind = 'asked' AND serial_id IS NOT NULL
 GROUP BY 1, 2 HAVING sum(quantity) > 0 ORDER BY 1, max(id)
"""
COUNT = """
UPDATE transfer_lines l
   SET asked = l.asked + v.asked, sent = l.sent + v.sent, arrived = l.arrived + v.arrived, lost = l.lost + v.lost,
       returned = l.returned + v.returned, found = l.found + v.found,
       in_transit = l.in_transit + v.sent - v.arrived - v.lost - v.returned
  FROM (SELECT line, coalesce(sum(quantity) FILTER (WHERE kind = 'asked'), 0) AS asked,
               coalesce(sum(quantity) FILTER (WHERE kind = 'sent'), 0) AS sent,
               coalesce(sum(quantity) FILTER (WHERE kind = 'arrived'), 0) AS arrived,
               coalesce(sum(quantity) FILTER (WHERE kind = 'lost'), 0) AS lost,
               coalesce(sum(quantity) FILTER (WHERE kind = 'returned'), 0) AS returned,
               coalesce(sum(quantity) FILTER (WHERE kind = 'found'), 0) AS found
          FROM unnest(CAST(:line AS bigint[]), CAST(:kind AS text[]), CAST(:quantity AS bigint[]))
               AS u(line, kind, quantity) GROUP BY line) v
 WHERE l.id = v.line
"""
SEND = "UPDATE transfers SET state = 'sent', sent_at = :now WHERE id = ANY(CAST(:ids AS bigint[]))"
DISCARD = "UPDATE transfers SET state = 'cancelled', closed_at = :now WHERE id = ANY(CAST(:ids AS bigint[]))"
SUMS = """
SELECT transfer_id AS id, sum(sent)::bigint AS sent, sum(arrived)::bigint AS arrived, sum(lost)::bigint AS lost,
       sum(returned)::bigint AS returned
  FROM transfer_lines WHERE transfer_id = ANY(CAST(:ids AS bigint[])) GROUP BY 1
"""
SETTLE = """
UPDATE transfers t SET state = v.state,
       closed_at = CASE WHEN v.state = ANY(CAST(:over AS text[])) THEN coalesce(t.closed_at, :now) END
  FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[])) AS v(id, state) WHERE t.id = v.id
"""
