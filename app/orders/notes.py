"""What people write about an order."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.kernel import bulk
from app.kernel import text as typed
from app.kernel.actor import Actor
from app.orders.models import OrderNote

LONGEST = 4_000


@dataclass(frozen=True, kw_only=True)
class Note:
    order_id: int
    body: str


def add(session: Session, notes: Sequence[Note], *, actor: Actor) -> list[int]:
    """Write notes down, card numbers masked; answers their ids in order."""
    bodies = [typed.mask_cards(typed.block(note.body, field="body", most=LONGEST, required=True)) for note in notes]
    ids = bulk.next_ids(session, {"order_notes": len(notes)})["order_notes"]
    rows = [
        {"id": id, "order_id": note.order_id, "body": body, "written_by": actor.code}
        for note, id, body in zip(notes, ids, bodies, strict=True)
    ]
    bulk.insert(session, OrderNote, rows)
    return ids
