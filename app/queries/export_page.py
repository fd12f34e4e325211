"""What the page of exports shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.exports import lifecycle
from app.exports.asked import KINDS, LABELS
from app.exports.models import Export
from app.exports.states import EXPORT, WORKING
from app.kernel.paging import Page
from app.queries import actors


@dataclass(frozen=True, kw_only=True)
class ExportPage:
    page: Page[Export]
    people: Mapping[str, str]

    @property
    def is_working(self) -> bool:
        return any(row.state in WORKING for row in self.page.rows)

    def label(self, row: Export) -> str:
        return KINDS[row.kind].label

    def filters(self, row: Export) -> str:
        """In words: which rows of it."""
        return ", ".join(f"{LABELS[name]} {value}" for name, value in row.filters.items())

    def may(self, row: Export, action: str) -> bool:
        return action in EXPORT.permitted(row.state)


def export_page(session: Session, *, after: str = "") -> ExportPage:
    """Raises BadCursor."""
    found = lifecycle.listed(session, after=after)
    return ExportPage(page=found, people=actors.names(session, {row.created_by for row in found.rows}))
