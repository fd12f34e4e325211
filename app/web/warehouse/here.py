"""Which sites a person looks at: their own, or the one they chose among them."""

from dataclasses import dataclass

from flask import abort, request
from sqlalchemy.orm import Session

from app.kernel.errors import NotFound
from app.queries import pick_queue
from app.queries.pick_queue import Place
from app.web.roles import site_scope


@dataclass(frozen=True, kw_only=True)
class Here:
    """``chosen`` is None while all of the person's sites are shown."""

    places: list[Place]
    chosen: Place | None

    @property
    def ids(self) -> list[int]:
        return [self.chosen.id] if self.chosen else [place.id for place in self.places]

    @property
    def code(self) -> str:
        return self.chosen.code if self.chosen else ""

    @property
    def name(self) -> str:
        found = self.chosen or (self.places[0] if len(self.places) == 1 else None)
        return f"{found.code} {found.name}" if found else "All sites"


def require_own(session: Session, site_id: int) -> None:
    """For forms that name a site. Raises NotFound for one that is closed, or not this person's."""
    if all(place.id != site_id for place in pick_queue.places(session, site_scope())):
        raise NotFound("There is no such site among yours.")


def here(session: Session) -> Here:
    """From ``?site=``; 404 for a site that is not theirs."""
    places = pick_queue.places(session, site_scope())
    asked = request.args.get("site", "")
    chosen = next((place for place in places if place.code == asked), None)
    if asked and chosen is None:
        abort(404, "There is no such site among yours.")
    return Here(places=places, chosen=chosen)
