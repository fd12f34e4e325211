"""Purchase orders with their lines: write, lock, count, and the state that follows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import bulk
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.purchasing.models import PurchaseLine, PurchaseOrder
from app.purchasing.states import PURCHASE_ORDER, BuyingState, action_between, state_of


@dataclass(frozen=True, kw_only=True)
class Line:
    id: int
    position: int
    sku_id: int
    sku_code: str
    name: str
    ordered: int
    received: int
    rejected: int
    cancelled: int
    short: int
    unit_cost_minor: int
    expected_on: date
    promised_on: date | None

    @property
    def wanted(self) -> int:
        """Units that are still agreed upon."""
        return self.ordered - self.cancelled - self.short

    @property
    def open(self) -> int:
        """Units that are still to come."""
        return max(0, self.wanted - self.received)


@dataclass(frozen=True, kw_only=True)
class Buying:
    """A purchase order with its lines by position, and its supplier's tolerances in per cent."""

    id: int
    number: str
    supplier_id: int
    site_id: int
    state: str
    currency: str
    version: int
    over_percent: int
    under_percent: int
    lines: tuple[Line, ...]

    def at(self, position: int) -> Line:
        """Raises NotFound for a line that it does not have."""
        found = next((line for line in self.lines if line.position == position), None)
        if found is None:
            raise NotFound(f"{self.number} has no line {position}")
        return found

    def of_sku(self, sku_code: str) -> list[Line]:
        return [line for line in self.lines if line.sku_code == sku_code]


@dataclass(frozen=True, kw_only=True)
class NewLine:
    sku_id: int
    sku_code: str
    name: str
    ordered: int
    unit_cost_minor: int
    expected_on: date


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    supplier_id: int
    site_id: int
    currency: str
    note: str
    lines: tuple[NewLine, ...]


@dataclass(frozen=True, kw_only=True)
class Count:
    """Signed deltas of one line's counters."""

    line_id: int
    received: int = 0
    rejected: int = 0
    cancelled: int = 0
    short: int = 0


def insert(session: Session, drafts: Sequence[NewOrder], *, actor: Actor) -> dict[int, str]:
    """New drafts; answers number by id, in the order given."""
    wanted = {"purchase_orders": len(drafts), "purchase_order_numbers": len(drafts)}
    drawn = bulk.next_ids(session, wanted)
    numbers = {
        id: f"PO-{number}" for id, number in zip(drawn["purchase_orders"], drawn["purchase_order_numbers"], strict=True)
    }
    rows = [
        {"id": id, "number": numbers[id], "created_by": actor.code, **_head(draft)}
        for id, draft in zip(numbers, drafts, strict=True)
    ]
    bulk.insert(session, PurchaseOrder, rows)
    _insert_lines(session, dict(zip(numbers, drafts, strict=True)))
    return numbers


def rewrite(session: Session, drafts: Mapping[int, NewOrder]) -> None:
    """Other words for drafts that are locked, by id; their lines are written anew."""
    session.execute(text(DROP_LINES), {"ids": list(drafts)})
    _insert_lines(session, drafts)
    values = {name: [_head(draft)[name] for draft in drafts.values()] for name in HEAD}
    session.execute(text(REWRITE), {"ids": list(drafts), **values})


def ids_of(session: Session, numbers: Collection[str]) -> dict[str, int]:
    """Id by number. Raises NotFound."""
    rows = session.execute(
        text("SELECT number, id FROM purchase_orders WHERE number = ANY(CAST(:numbers AS text[]))"),
        {"numbers": sorted(set(numbers))},
    )
    found = {row.number: row.id for row in rows}
    if missing := sorted(set(numbers) - set(found)):
        raise NotFound(f"there is no purchase order {missing[0]}")
    return found


def lock(session: Session, ids: Collection[int]) -> dict[int, Buying]:
    """Lock purchase orders by id, before any stock. Raises NotFound."""
    locked = session.execute(text(LOCK), {"ids": sorted(set(ids))}).scalars().all()
    if missing := sorted(set(ids) - set(locked)):
        raise NotFound(f"there is no purchase order with the id {missing[0]}")
    return load(session, ids)


def load(session: Session, ids: Collection[int]) -> dict[int, Buying]:
    rows = session.execute(text(ORDERS), {"ids": sorted(set(ids))})
    return {row.id: Buying(**{**row._mapping, "lines": _lines(row.lines)}) for row in rows}


def count(session: Session, counts: Sequence[Count]) -> None:
    """Move counters of lines whose orders are locked, then the states of those orders."""
    touched = session.execute(text(COUNT), _arrays(counts)).scalars().all()
    settle(session, set(touched))


def renew(session: Session, ids: Collection[int]) -> None:
    """A new version: what was seen of these orders, which are locked, holds no more."""
    session.execute(
        text("UPDATE purchase_orders SET version = version + 1 WHERE id = ANY(CAST(:ids AS bigint[]))"),
        {"ids": sorted(ids)},
    )


def settle(session: Session, ids: Collection[int]) -> None:
    """Bring the states of sent orders in line with their units."""
    moves: dict[str, list[int]] = {}
    for one in load(session, ids).values():
        target = derived_state(one)
        if target != one.state:
            moves.setdefault(action_between(one.state, target), []).append(one.id)
    for action, moved in sorted(moves.items()):
        PURCHASE_ORDER.move(session, PurchaseOrder, ids=moved, action=action, values=NEW_VERSION)


def derived_state(one: Buying) -> BuyingState:
    """What its units make of a sent order."""
    return state_of(
        received=sum(line.received for line in one.lines),
        open_units=sum(line.open for line in one.lines),
        short=sum(line.short for line in one.lines),
    )


def set_dates(session: Session, dates: Mapping[int, date]) -> None:
    """The day on which each line, by id, is expected now."""
    session.execute(text(SET_DATES), {"ids": list(dates), "days": list(dates.values())})


def set_ordered(session: Session, units: Mapping[int, int]) -> None:
    """How many are asked for by each line, by id, of drafts that are locked."""
    session.execute(text(SET_ORDERED), {"ids": list(units), "units": list(units.values())})


def keep_promises(session: Session, ids: Collection[int]) -> None:
    """The days that stand now are those the supplier is measured by."""
    session.execute(text(KEEP_PROMISES), {"ids": sorted(ids)})


def _head(draft: NewOrder) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in HEAD}


def _insert_lines(session: Session, drafts: Mapping[int, NewOrder]) -> None:
    rows = [
        {"purchase_order_id": id, "position": position, **vars(line)}
        for id, draft in drafts.items()
        for position, line in enumerate(draft.lines, 1)
    ]
    bulk.insert(session, PurchaseLine, rows)


def _lines(rows: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    return tuple(Line(**{**row, **{name: _day(row[name]) for name in DAYS}}) for row in rows)


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _arrays(counts: Sequence[Count]) -> dict[str, list[int]]:
    sums: dict[int, list[int]] = {}
    for one in counts:
        before = sums.get(one.line_id, [0] * len(COUNTERS))
        sums[one.line_id] = [old + getattr(one, name) for name, old in zip(COUNTERS, before, strict=True)]
    columns = {name: [values[place] for values in sums.values()] for place, name in enumerate(COUNTERS)}
    return {"ids": list(sums), **columns}


HEAD = ("supplier_id", "site_id", "currency", "note")
DAYS = ("expected_on", "promised_on")
COUNTERS = ("received", "rejected", "cancelled", "short")
NEW_VERSION = {"version": PurchaseOrder.version + 1}

LOCK = "SELECT id FROM purchase_orders WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR UPDATE"

ORDERS = """
SELECT o.id, o.number, o.supplier_id, o.site_id, o.state, o.currency, o.version, s.over_percent, s.under_percent,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'position', l.position, 'sku_id', l.sku_id,
               'sku_code', l.sku_code, 'name', l.name, 'ordered', l.ordered, 'received', l.received,
               'rejected', l.rejected, 'cancelled', l.cancelled, 'short', l.short,
               'unit_cost_minor', l.unit_cost_minor, 'expected_on', l.expected_on, 'promised_on', l.promised_on)
               ORDER BY l.position), '[]')
          FROM purchase_order_lines l WHERE l.purchase_order_id = o.id) AS lines
  FROM purchase_orders o JOIN suppliers s ON s.id = o.supplier_id
 WHERE o.id = ANY(CAST(:ids AS bigint[])) ORDER BY o.id
"""

COUNT = """
UPDATE purchase_order_lines l
   SET received = l.received + v.received, rejected = l.rejected + v.rejected,
       cancelled = l.cancelled + v.cancelled, short = l.short + v.short
  FROM unnest(CAST(:ids AS bigint[]), CAST(:received AS bigint[]), CAST(:rejected AS bigint[]),
              CAST(:cancelled AS bigint[]), CAST(:short AS bigint[])) AS v(id, received, rejected, cancelled, short)
 WHERE l.id = v.id RETURNING l.purchase_order_id
"""

DROP_LINES = "DELETE FROM purchase_order_lines WHERE purchase_order_id = ANY(CAST(:ids AS bigint[]))"

REWRITE = """
UPDATE purchase_orders o
   SET supplier_id = v.supplier_id, site_id = v.site_id, currency = v.currency, note = v.note, version = o.version + 1
  FROM unnest(CAST(:ids AS bigint[]), CAST(:supplier_id AS bigint[]), CAST(:site_id AS bigint[]),
              CAST(:currency AS text[]), CAST(:note AS text[])) AS v(id, supplier_id, site_id, currency, note)
 WHERE o.id = v.id
"""

SET_DATES = """
UPDATE purchase_order_lines l SET expected_on = v.day
  FROM unnest(CAST(:ids AS bigint[]), CAST(:days AS date[])) AS v(id, day) WHERE l.id = v.id
"""

SET_ORDERED = """
UPDATE purchase_order_lines l SET ordered = v.units
  FROM unnest(CAST(:ids AS bigint[]), CAST(:units AS bigint[])) AS v(id, units) WHERE l.id = v.id
"""

KEEP_PROMISES = """
UPDATE purchase_order_lines SET promised_on = expected_on
 WHERE purchase_order_id = ANY(CAST(:ids AS bigint[])) AND promised_on IS NULL
"""
