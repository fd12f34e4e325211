"""A note is kept where it can be erased; the event stream only knows that there is one."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.events import emit
from app.orders import facts, notes
from app.orders.events import NoteAdded
from app.orders.notes import Note


def annotate_orders(session: Session, written: Sequence[Note], *, actor: Actor) -> list[int]:
    facts.lock(session, {note.order_id for note in written})
    ids = notes.add(session, written, actor=actor)
    added = [NoteAdded(order_id=note.order_id, note_id=id) for note, id in zip(written, ids, strict=True)]
    emit(session, added, actor=actor)
    return ids
