"""Sites are added and changed with their place on the map, looked up from the postal code."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.fulfilment.geography import locate
from app.inventory.models import Site
from app.kernel import text as typed
from app.kernel.errors import Invalid, NotFound, Outrun

KINDS = {"warehouse": "Warehouse", "store": "Store", "3pl": "Partner's warehouse (3PL)"}
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,11}")


@dataclass(frozen=True, kw_only=True)
class SiteFacts:
    """``country`` is ISO 3166-1 alpha-2; a lower ``priority`` number goes first."""

    name: str
    kind: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    time_zone: str
    cut_off: time
    priority: int
    is_active: bool = True


def add_site(session: Session, code: str, facts: SiteFacts) -> int:
    """Raises Invalid for a code in use or a place that is not on the map."""
    if not CODE.fullmatch(code):
        raise Invalid([("code", f"{code[:20]!r} is no site code: write 2 to 12 capitals, digits or hyphens")])
    if session.scalar(select(Site.id).where(Site.code == code)) is not None:
        raise Invalid([("code", f"there is a site {code} already: choose another code")])
    site = Site(code=code, **_columns(facts))
    session.add(site)
    session.flush()
    return site.id


def change_site(session: Session, code: str, facts: SiteFacts, *, version: int) -> None:
    """Raises StaleState if somebody else changed it since ``version``; routing notes the new version."""
    site = session.scalar(select(Site).where(Site.code == code).with_for_update())
    if site is None:
        raise NotFound(f"there is no site {code!r}")
    if site.version != version:
        raise Outrun(f"site {code} was changed by somebody else meanwhile: load the page again")
    for name, value in _columns(facts).items():
        setattr(site, name, value)
    site.version += 1
    _keep_one_active(session)


def _columns(facts: SiteFacts) -> dict[str, Any]:
    typed.choice(facts.kind, KINDS, field="kind")
    typed.time_zone(facts.time_zone)
    place = locate(facts.country, facts.postal_code, facts.city, facts.region)
    if place is None:
        raise Invalid(
            [("postal_code", f"{facts.postal_code} {facts.city} is not on our map: check code, city and country")]
        )
    return {**vars(facts), "latitude_e6": place[0], "longitude_e6": place[1]}


def _keep_one_active(session: Session) -> None:
    session.flush()
    if not session.scalar(text("SELECT count(*) FROM sites WHERE is_active")):
        raise Invalid([("is_active", "this is the last open site: orders would go nowhere; open another one first")])
