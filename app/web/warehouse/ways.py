"""A transfer as this person may handle it: from its start, from its end, or from both."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.kernel.errors import Forbidden, NotFound
from app.queries.transfer_page import TransferPage, transfer_page
from app.transfers.states import AFTER_ARRIVAL
from app.web.roles import site_scope


@dataclass(frozen=True, kw_only=True)
class Way:
    """``is_start`` and ``is_end`` say at which end this person works."""

    transfer: TransferPage
    is_start: bool
    is_end: bool

    @property
    def may_change(self) -> bool:
        return self.is_start and self.transfer.is_draft

    @property
    def may_receive(self) -> bool:
        return self.is_end and self.transfer.is_on_the_way

    @property
    def may_find(self) -> bool:
        """Whether more units than were sent may still turn up."""
        return self.is_end and self.transfer.state in AFTER_ARRIVAL

    @property
    def may_bring_back(self) -> bool:
        return self.is_start and self.transfer.is_on_the_way


def of_person(session: Session, number: str) -> Way:
    """Raises NotFound for a transfer between other people's sites."""
    found, scope = transfer_page(session, number.upper()), site_scope()
    is_start = scope is None or found.from_site_id in scope
    is_end = scope is None or found.to_site_id in scope
    if not (is_start or is_end):
        raise NotFound("There is no such transfer at your sites.")
    return Way(transfer=found, is_start=is_start, is_end=is_end)


def from_start(session: Session, number: str) -> Way:
    """Raises Forbidden for who works at the other end."""
    way = of_person(session, number)
    if not way.is_start:
        raise Forbidden(f"Only {way.transfer.from_site} does that: the goods leave from there.")
    return way


def from_end(session: Session, number: str) -> Way:
    """Raises Forbidden for who works at the other end."""
    way = of_person(session, number)
    if not way.is_end:
        raise Forbidden(f"Only {way.transfer.to_site} does that: the goods go there.")
    return way
