"""All that happened to an order as one stream, newest first: events, notes, messages, decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.fulfilment import decisions
from app.fulfilment.explain import Explanation, explain
from app.queries import actors

MOST = 500
FIRST = ("OrderPlaced", "OrderRecorded")


@dataclass(frozen=True, kw_only=True)
class Happened:
    """``type`` is an event's name, or ``Note`` or ``Message``; ``facts`` its payload with what the tables add to it."""

    at: datetime
    order: int
    type: str
    actor: str
    by: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    decision: Explanation | None = None


def order_timeline(session: Session, order_id: int) -> list[Happened]:
    """Six statements at most, however long the story is."""
    decided = _decisions(session, order_id)
    found = [
        *(_event(row, decided) for row in _rows(session, EVENTS, order_id)),
        *(_note(row) for row in _rows(session, NOTES, order_id)),
        *(_message(row) for row in _rows(session, MESSAGES, order_id)),
    ]
    names = actors.names(session, {one.actor for one in found})
    newest_first = sorted(found, key=lambda one: (one.type not in FIRST, one.at, one.order), reverse=True)
    return [_named(one, names) for one in newest_first]


def _rows(session: Session, statement: str, order_id: int) -> list[Any]:
    return list(session.execute(text(statement), {"id": order_id, "most": MOST}).all())


def _decisions(session: Session, order_id: int) -> dict[int, Explanation]:
    return {
        row.id: explain(decisions.decode(row.inputs), decisions.decode_outcome(row.outcome))
        for row in _rows(session, DECISIONS, order_id)
    }


def _event(row: Any, decided: Mapping[int, Explanation]) -> Happened:
    known = {name: value for name, value in row._mapping.items() if value is not None}
    extra = {name: known[name] for name in ("tracking_number", "part", "reference", "sku", "channel") if name in known}
    return Happened(
        at=row.occurred_at,
        order=row.sequence,
        type=row.type,
        actor=row.actor,
        facts={**row.payload, **extra},
        decision=decided.get(row.payload.get("decision_id", 0)),
    )


def _note(row: Any) -> Happened:
    return Happened(at=row.written_at, order=0, type="Note", actor=row.written_by, facts={"body": row.body})


def _message(row: Any) -> Happened:
    facts = {"id": row.id, "kind": row.kind, "subject": row.subject, "recipient": row.recipient, "state": row.state}
    return Happened(at=row.created_at, order=0, type="Message", actor=row.requested_by, facts=facts)


def _named(one: Happened, names: Mapping[str, str]) -> Happened:
    return Happened(
        at=one.at,
        order=one.order,
        type=one.type,
        actor=one.actor,
        by=names[one.actor],
        facts=one.facts,
        decision=one.decision,
    )


EVENTS = """
SELECT e.sequence, e.type, e.payload, e.actor, e.occurred_at, p.tracking_number, m.reference, s.code AS sku,
       c.name AS channel,
       (SELECT count(*) FROM parcels q WHERE q.order_id = p.order_id AND q.id <= p.id) AS part
  FROM events e
  LEFT JOIN channels c ON c.code = e.payload->>'channel'
  LEFT JOIN skus s ON s.id = (e.payload->>'sku_id')::bigint
  LEFT JOIN parcels p ON p.id = (e.payload->>'parcel_id')::bigint
  LEFT JOIN payment_entries m ON m.id = (e.payload->>'entry_id')::bigint
 WHERE e.subject_type = 'orders' AND e.subject_id = :id AND e.type <> 'NoteAdded'
 ORDER BY e.sequence DESC LIMIT :most
"""

NOTES = "SELECT body, written_by, written_at FROM order_notes WHERE order_id = :id ORDER BY id DESC LIMIT :most"

MESSAGES = """
SELECT id, kind, subject, recipient, state, requested_by, created_at
  FROM messages WHERE order_id = :id ORDER BY id DESC LIMIT :most
"""

DECISIONS = "SELECT id, inputs, outcome FROM routing_decisions WHERE order_id = :id ORDER BY id DESC LIMIT :most"
