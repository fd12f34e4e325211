"""Waiting units on named supply. Every writer holds the lock of the supply, and so its count of pegged units."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.inventory.pegging import Peg
from app.kernel import driver
from app.kernel.driver import array, cells


@dataclass(frozen=True, kw_only=True)
class OpenSupply:
    """A supply with the clock of the site that waits for it. What a closed site waits for carries no promise."""

    id: int
    sku_id: int
    source: str
    source_id: int
    quantity: int
    pegged: int
    expected_on: date
    time_zone: str
    cut_off: time
    is_active: bool

    def is_overdue(self, moment: datetime) -> bool:
        """Whether its day is over on the site's clock: nobody knows then when it will come."""
        return self.expected_on < moment.astimezone(ZoneInfo(self.time_zone)).date()


def read_supplies(session: Session, sku_ids: Collection[int]) -> list[OpenSupply]:
    """What is to come of these SKUs, in order of id."""
    return _supplies(session, OF_SKUS, sku_ids)


def lock_supplies(session: Session, sku_ids: Collection[int]) -> list[OpenSupply]:
    """Lock what is to come of these SKUs, in order of id."""
    return _supplies(session, LOCK_OF_SKUS, sku_ids)


def of_lines(session: Session, order_line_ids: Collection[int]) -> list[Peg]:
    """What these lines rest on; their orders are locked, and so is all supply of their SKUs."""
    rows = driver.fetch(session, OF_LINES, {"lines": array(sorted(order_line_ids))})
    return [Peg(**row._asdict()) for row in rows]


def rewrite(session: Session, before: Sequence[Peg], after: Sequence[Peg]) -> None:
    """Bring pegs from one state to the other; three statements at most, none where nothing differs.

    The CHECK on the supply refuses more than it has, whoever comes.
    """
    old = {(peg.order_line_id, peg.incoming_id): peg for peg in before}
    new = {(peg.order_line_id, peg.incoming_id): peg for peg in after}
    gone = sorted(old.keys() - new.keys())
    changed = sorted(key for key, peg in new.items() if old.get(key) != peg)
    moved: Counter[int] = Counter()
    for (_, id), peg in new.items():
        moved[id] += peg.quantity
    for (_, id), peg in old.items():
        moved[id] -= peg.quantity
    counts = {id: by for id, by in sorted(moved.items()) if by}
    if gone:
        driver.write(session, REMOVE, {"rows": cells(*zip(*gone, strict=True))})
    if counts:
        driver.write(session, COUNT, {"rows": cells(list(counts), list(counts.values()))})
    if changed:
        columns = ([getattr(new[key], name) for key in changed] for name in COLUMNS)
        driver.write(session, WRITE, {"rows": cells(*columns)})


def loosen(session: Session, order_line_ids: Collection[int]) -> None:
    """Give up pegs of units that wait no more, of a line those that come latest; the orders are locked.

    One statement where nothing is pegged, which is nearly always.
    """
    lines = {"lines": array(sorted(set(order_line_ids)))}
    if driver.fetch(session, LOCK_OF_LINES, lines):
        driver.write(session, LOOSEN, lines)


def give_up(session: Session, incoming_ids: Sequence[int], quantities: Sequence[int]) -> None:
    """Leave no more pegged of each supply than so many, taking from who was pegged last; the supplies are locked."""
    driver.write(session, GIVE_UP, {"rows": cells(incoming_ids, quantities)})


def _supplies(session: Session, sql: str, sku_ids: Collection[int]) -> list[OpenSupply]:
    rows = driver.fetch(session, sql, {"skus": array(sorted(sku_ids))})
    return [OpenSupply(**row._asdict()) for row in rows]


COLUMNS = ("order_line_id", "incoming_id", "quantity", "promised_on")

OF_SKUS = """
SELECT i.id, i.sku_id, i.source, i.source_id, i.quantity, i.pegged, i.expected_on, t.time_zone, t.cut_off, t.is_active
  FROM incoming i JOIN sites t ON t.id = i.site_id WHERE i.sku_id = ANY(%(skus)s::bigint[]) ORDER BY i.id
"""
LOCK_OF_SKUS = f"{OF_SKUS} FOR UPDATE OF i"

OF_LINES = """
SELECT order_line_id, incoming_id, quantity, promised_on FROM pegs
 WHERE order_line_id = ANY(%(lines)s::bigint[]) ORDER BY id
"""

REMOVE = """
DELETE FROM pegs p USING unnest(%(rows)s::cells[]) AS v(line, incoming)
 WHERE p.order_line_id = v.line::bigint AND p.incoming_id = v.incoming::bigint
"""

COUNT = """
UPDATE incoming i SET pegged = i.pegged + v.by::bigint FROM unnest(%(rows)s::cells[]) AS v(id, by)
 WHERE i.id = v.id::bigint
"""

WRITE = """
INSERT INTO pegs (order_line_id, incoming_id, quantity, promised_on)
SELECT line::bigint, incoming::bigint, quantity::bigint, promised_on::date
  FROM unnest(%(rows)s::cells[]) AS v(line, incoming, quantity, promised_on)
    ON CONFLICT (order_line_id, incoming_id) DO UPDATE
   SET quantity = excluded.quantity, promised_on = excluded.promised_on
"""

LOCK_OF_LINES = """
SELECT id FROM incoming WHERE id IN (SELECT incoming_id FROM pegs WHERE order_line_id = ANY(%(lines)s::bigint[]))
 ORDER BY id FOR UPDATE
"""

_TAKE = """
gone AS (DELETE FROM pegs p USING over WHERE p.id = over.id AND over.excess = over.quantity),
less AS (UPDATE pegs p SET quantity = p.quantity - over.excess FROM over
          WHERE p.id = over.id AND over.excess > 0 AND over.excess < over.quantity)
UPDATE incoming i SET pegged = i.pegged - s.excess
  FROM (SELECT incoming_id, sum(excess)::bigint AS excess FROM over GROUP BY 1) s
 WHERE i.id = s.incoming_id AND s.excess > 0
"""

LOOSEN = f"""
WITH over AS (
    SELECT p.id, p.incoming_id, p.quantity, least(p.quantity, greatest(0, sum(p.quantity) OVER (
               PARTITION BY p.order_line_id ORDER BY p.promised_on, p.id) - l.backordered))::bigint AS excess
      FROM pegs p JOIN order_lines l ON l.id = p.order_line_id
     WHERE p.order_line_id = ANY(%(lines)s::bigint[])),
{_TAKE}
"""

GIVE_UP = f"""
WITH over AS (
    SELECT p.id, p.incoming_id, p.quantity, least(p.quantity, greatest(0, sum(p.quantity) OVER (
               PARTITION BY p.incoming_id ORDER BY p.id) - v.most::bigint))::bigint AS excess
      FROM unnest(%(rows)s::cells[]) AS v(incoming, most) JOIN pegs p ON p.incoming_id = v.incoming::bigint),
{_TAKE}
"""
