"""A small company to test with: channels, a zone, priced SKUs, sites with stock."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.company.settings import Settings
from app.kernel.actor import SYSTEM
from app.orders.values import Contact, OrderRequest, RequestedLine
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.set_up_company import set_up_company

COMPANY = Settings(name="Northwold Outfitters", time_zone="America/New_York", currency="USD", slip_sender="Northwold")


@dataclass(frozen=True)
class House:
    """Ids by code."""

    skus: Mapping[str, int]
    sites: Mapping[str, int]
    channels: Mapping[str, int]


def make_house(session: Session, stock: Mapping[tuple[str, str], int] | None = None, *, skus: int = 5) -> House:
    """SKUs ``TEA-1`` … at 10.00 USD each; ``stock`` is units by (SKU code, site code)."""
    set_up_company(session, COMPANY)
    make_skus(session, [f"TEA-{number}" for number in range(1, skus + 1)])
    house = read_house(session)
    put_stock(session, house, stock or {})
    return house


def make_skus(session: Session, codes: list[str], *, minor: int = 1000) -> None:
    session.execute(
        text(
            "INSERT INTO skus (code, name, weight_g) SELECT c, 'Tea ' || c, 250 FROM unnest(CAST(:codes AS text[])) c"
        ),
        {"codes": codes},
    )
    session.execute(
        text(
            "INSERT INTO prices (price_list_id, sku_id, minor) SELECT p.id, s.id, :minor FROM price_lists p, skus s"
            " WHERE s.code = ANY(CAST(:codes AS text[]))"
        ),
        {"codes": codes, "minor": minor},
    )


def read_house(session: Session) -> House:
    def ids(table: str) -> dict[str, int]:
        return {row.code: row.id for row in session.execute(text(f"SELECT code, id FROM {table}"))}

    return House(skus=ids("skus"), sites=ids("sites"), channels=ids("channels"))


def put_stock(session: Session, house: House, stock: Mapping[tuple[str, str], int]) -> None:
    adjustments = [
        Adjustment(sku_id=house.skus[sku], site_id=house.sites[site], on_hand=units, reason="opening")
        for (sku, site), units in stock.items()
    ]
    if adjustments:
        adjust_stock(session, adjustments, actor=SYSTEM)


def order_request(*lines: tuple[str, int], **changes: object) -> OrderRequest:
    """An order of the web shop to Columbus, Ohio; ``lines`` are (SKU code, quantity)."""
    contact = Contact(
        name="Caspian Reed",
        email="caspian.reed@example.com",
        street="14 Linden Street",
        city="Columbus",
        region="OH",
        postal_code="43215",
        country="US",
    )
    values: dict[str, object] = {
        "channel": "web",
        "contact": contact,
        "currency": "USD",
        "lines": tuple(RequestedLine(sku=sku, quantity=quantity) for sku, quantity in lines),
    }
    return OrderRequest(**{**values, **changes})  # type: ignore[arg-type]
