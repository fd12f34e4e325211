"""Purchase orders go to their suppliers by mail, the paper attached; a draft is sent by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.errors import Invalid, Outrun, StaleState
from app.kernel.money import Money
from app.notifications import outbox
from app.notifications.rendering import render
from app.notifications.values import Letter
from app.purchasing import mailings, orders
from app.purchasing.mailings import NEVER, Mailed, NewMailing
from app.purchasing.orders import Buying
from app.purchasing.states import DRAFT, OPEN
from app.workflows.notify import sender_line
from app.workflows.purchase_papers import LoadedPaper
from app.workflows.write_purchase_orders import send

KIND = "purchase_order"
LISTED = 40


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A paper and the kept file of it. ``seen`` is how often its order had been mailed when somebody asked for this."""

    paper: LoadedPaper
    file_id: int
    seen: int


def mail_purchase_orders(session: Session, printed: Sequence[Printed], *, sender: str, actor: Actor) -> None:
    """Raises StaleState where the order was changed or mailed since it was printed, Invalid where nobody can be mailed.

    ``sender`` is used until the company says which address mails come from.
    """
    ids = [one.paper.purchase_order_id for one in printed]
    locked, known = orders.lock(session, ids), mailings.so_far(session, ids)
    for one in printed:
        _refuse_unfit(one, locked[one.paper.purchase_order_id], known)
    drafts = [locked[id].number for id in ids if locked[id].state == DRAFT]
    if drafts:
        send(session, drafts, actor=actor)
    letters = [_letter(one, known.get(one.paper.purchase_order_id, NEVER), sender) for one in printed]
    message_ids = outbox.post(session, letters, actor=actor)
    rows = [
        NewMailing(
            purchase_order_id=one.paper.purchase_order_id,
            message_id=message_id,
            file_id=one.file_id,
            digest=one.paper.digest,
        )
        for one, message_id in zip(printed, message_ids, strict=True)
    ]
    mailings.insert(session, rows, actor=actor)


def _refuse_unfit(one: Printed, order: Buying, known: Mapping[int, Mailed]) -> None:
    number = order.number
    if order.state not in {DRAFT, *OPEN}:
        raise StaleState(f"{number} is {order.state.replace('_', ' ')}: nothing is asked of the supplier any more")
    if order.version != one.paper.version:
        raise Outrun(f"{number} was changed by somebody else meanwhile: load the page again and look at it")
    if known.get(order.id, NEVER).times != one.seen:
        raise Outrun(f"{number} was sent by mail meanwhile: load the page again before you send it once more")
    if not one.paper.email:
        who = one.paper.paper.supplier
        raise Invalid([("email", f"no mail address is known of {who}: write it on the supplier’s page")])


def _letter(one: Printed, before: Mailed, sender: str) -> Letter:
    loaded, paper = one.paper, one.paper.paper
    changed = before.times > 0 and before.digest != loaded.digest
    values = {
        "paper": paper,
        "company": paper.sender.name,
        "lines": paper.lines[:LISTED],
        "total": str(Money(paper.total_minor, paper.currency)),
        "is_change": changed,
        "is_copy": before.times > 0 and not changed,
    }
    rendered = render(KIND, values)
    return Letter(
        kind=KIND,
        cause=f"purchase_order:{loaded.purchase_order_id}:{before.times + 1}",
        recipient=loaded.email,
        sender=sender_line(paper.sender.name, loaded.mail_from or sender),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        attachment_id=one.file_id,
    )
