"""Routing decisions: is what stands there still what the router makes of what it saw?"""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment.decisions import is_reproduced
from app.kernel import clock
from app.workflows.comparison import AT_ONCE

DECISIONS = "routing decisions"
MOST = 5_000

SLICE = """
    SELECT d.id, d.cause, d.inputs, d.outcome, o.number FROM routing_decisions d JOIN orders o ON o.id = d.order_id
     WHERE d.id % :slices = :slice ORDER BY d.id
"""


def changed_decisions(session: Session) -> Iterator[str]:
    """Decide again: all of a small house, of a large one another slice every day."""
    slices = session.execute(text("SELECT coalesce(max(id), 0) FROM routing_decisions")).scalar_one() // MOST + 1
    asked = {"slices": slices, "slice": clock.now().toordinal() % slices}
    for row in session.execute(text(SLICE).execution_options(yield_per=AT_ONCE), asked):
        if not is_reproduced(row.inputs, row.outcome):
            yield f"order {row.number}, decision {row.id} ({row.cause}) is not what its inputs make the router choose"
