"""One order's page: loaded in one transaction, shown whole or in part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.kernel.uow import unit_of_work
from app.orders import facts
from app.orders.status import permitted_actions
from app.queries import customer_box, lot_trace, order_page, order_timeline
from app.queries.customer_box import CustomerBox
from app.queries.lot_trace import ShippedLot
from app.queries.order_page import Entry, Hold, Line, Parcel
from app.web.forms.base import Form
from app.web.forms.orders import HoldForm, NoteForm
from app.web.htmx import htmx_response, wants_partial
from app.web.page import page
from app.web.support import axes
from app.web.support.timeline_words import KINDS, Told, tell


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """``stamp`` changes with whatever happens."""

    number: str
    told: Sequence[Told]
    kind: str
    stamp: str
    kinds: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """``refusals`` says for each action why it cannot be done now; None where it can."""

    head: Any
    lines: Sequence[Line]
    sent: Mapping[int, Sequence[ShippedLot]]
    parcels: Sequence[Parcel]
    holds: Sequence[Hold]
    entries: Sequence[Entry]
    ships_from: Sequence[str]
    customer: CustomerBox | None
    refusals: Mapping[str, str | None]
    timeline: Timeline


def load(session: Session, number: str) -> Shown:
    """Raises NotFound."""
    head = order_page.head(session, number)
    found = facts.load(session, [head.id])
    lines = order_page.lines(session, head.id)
    return Shown(
        head=head,
        lines=lines,
        sent=lot_trace.of_order(session, [line.id for line in lines if line.shipped]),
        parcels=order_page.parcels(session, head.id),
        holds=order_page.holds(session, head.id),
        entries=order_page.entries(session, head.id),
        ships_from=order_page.ships_from(session, head.id),
        customer=customer_box.customer_box(session, head.customer_id),
        refusals=permitted_actions(found[head.id]),
        timeline=_timeline(session, number, head.id),
    )


def load_timeline(number: str) -> Timeline:
    with unit_of_work() as session:
        return _timeline(session, number, order_page.id_of(session, number))


def answer(number: str, *, status: int = 200, **forms: Form) -> Response:
    """``forms`` are those that were refused, to be shown with what is wrong."""
    with unit_of_work() as session:
        shown = load(session, number)
    return page(
        "support/orders/show.html",
        partial="support/orders/_order.html",
        shown=shown,
        order=shown.head,
        rulers=axes.rulers(shown.head, shown.lines),
        forms={"hold": HoldForm(formdata=None), "note": NoteForm(formdata=None), **forms},
        status=status,
    )


def done(number: str, *, whole: bool = False) -> ResponseReturnValue:
    """After an act: the order as it stands now. ``whole``: the act had a page of its own, which htmx must leave."""
    url = url_for("support.orders.show", number=number)
    if not wants_partial():
        return redirect(url, code=303)
    return htmx_response(redirect=url) if whole else answer(number)


def _timeline(session: Session, number: str, order_id: int) -> Timeline:
    kind = request.args.get("kind", "")
    all_told = [tell(one) for one in order_timeline.order_timeline(session, order_id)]
    chosen = [one for one in all_told if kind in ("", one.kind)]
    newest = all_told[0].happened.at.isoformat() if all_told else ""
    return Timeline(number=number, told=chosen, kind=kind, stamp=f"{len(all_told)}.{newest}", kinds=KINDS)
