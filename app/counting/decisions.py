"""Who decided about a count, and why. The reason is a person's text: it stays out of events."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.counting.models import CountDecision
from app.kernel import bulk
from app.kernel.actor import Actor

Written = tuple[int, str, str]


def write(session: Session, decided: Sequence[Written], *, actor: Actor) -> None:
    """(count, kind, reason) each."""
    rows = [
        {"count_id": count_id, "kind": kind, "reason": reason.strip(), "actor": actor.code}
        for count_id, kind, reason in decided
    ]
    bulk.insert(session, CountDecision, rows)
