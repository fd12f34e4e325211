"""The first day: the company, its channels, price list, delivery zone and sites."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import PriceList
from app.channels.models import Channel
from app.company.models import Company
from app.company.settings import Settings
from app.fulfilment.geography import locate
from app.inventory.models import Site
from app.kernel import text as typed
from app.kernel.errors import Invalid
from app.shipping.models import Zone, ZoneRule


@dataclass(frozen=True, kw_only=True)
class SiteSettings:
    code: str
    name: str
    kind: str
    city: str
    region: str
    postal_code: str
    country: str
    time_zone: str
    priority: int = 100


CHANNELS = (
    ("web", "Web shop", True, "none"),
    ("api", "API", True, "none"),
    ("phone", "Phone", True, "none"),
    ("csv", "File import", True, "none"),
    ("store", "Store", False, "none"),
    ("prepaid", "Web shop, prepaid", True, "paid"),
    ("cod", "Web shop, paid or cash on delivery", True, "cod"),
)

AMERICAN_SITES = (
    SiteSettings(code="RNO1", name="Reno", kind="warehouse", city="Reno", region="NV", postal_code="89502",
                 country="US", time_zone="America/Los_Angeles", priority=10),
    SiteSettings(code="DFW1", name="Dallas", kind="warehouse", city="Dallas", region="TX", postal_code="75212",
                 country="US", time_zone="America/Chicago", priority=20),
    SiteSettings(code="CMH1", name="Columbus", kind="warehouse", city="Columbus", region="OH", postal_code="43217",
                 country="US", time_zone="America/New_York", priority=30),
    SiteSettings(code="EWR1", name="Newark", kind="warehouse", city="Newark", region="NJ", postal_code="07105",
                 country="US", time_zone="America/New_York", priority=40),
    SiteSettings(code="CHI-S", name="Chicago store", kind="store", city="Chicago", region="IL", postal_code="60614",
                 country="US", time_zone="America/Chicago", priority=90),
)  # fmt: skip


def set_up_company(session: Session, company: Settings, sites: Sequence[SiteSettings] = AMERICAN_SITES) -> None:
    """Write it all down, once: a company that exists is left alone."""
    if session.scalar(select(Company.id)) is not None:
        return
    typed.time_zone(company.time_zone)
    session.add(Company(**vars(company)))
    prices = PriceList(code="standard", currency=company.currency)
    zone = Zone(code="domestic", name="United States", tax_bp=0)
    session.add_all([prices, zone])
    session.flush()
    session.add(ZoneRule(zone_id=zone.id, country="US"))
    session.add_all(_channel(*one, price_list_id=prices.id) for one in CHANNELS)
    session.add_all(_site(site) for site in sites)
    session.flush()


def _channel(code: str, name: str, backorders: bool, condition: str, *, price_list_id: int) -> Channel:
    return Channel(
        code=code,
        name=name,
        backorders_allowed=backorders,
        payment_condition=condition,
        price_list_id=price_list_id,
    )


def _site(site: SiteSettings) -> Site:
    place = locate(site.country, site.postal_code, site.city, site.region)
    if place is None:
        raise Invalid([("postal_code", f"no such place: “{site.postal_code} {site.city}”")])
    return Site(**vars(site), latitude_e6=place[0], longitude_e6=place[1])
