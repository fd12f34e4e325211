"""The sites that can ship."""

from dataclasses import dataclass
from datetime import time

from sqlalchemy.orm import Session

from app.kernel import driver


@dataclass(frozen=True, kw_only=True)
class SitePlace:
    """Coordinates in micro-degrees; lower priority goes first."""

    id: int
    code: str
    name: str
    country: str
    latitude_e6: int
    longitude_e6: int
    priority: int
    version: int
    time_zone: str
    cut_off: time


COLUMNS = "SELECT id, code, name, country, latitude_e6, longitude_e6, priority, version, time_zone, cut_off FROM sites"


ACTIVE = f"{COLUMNS} WHERE is_active ORDER BY id"


def active(session: Session) -> list[SitePlace]:
    return [SitePlace(**row._asdict()) for row in driver.fetch(session, ACTIVE)]


def all_of_them(session: Session) -> list[SitePlace]:
    """Closed sites too."""
    return [SitePlace(**row._asdict()) for row in driver.fetch(session, f"{COLUMNS} ORDER BY id")]
