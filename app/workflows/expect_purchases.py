"""What sent purchase orders still owe, told to the stock as dated supply."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from app.inventory.incoming import FARTHEST, Expected, expect
from app.kernel.actor import Actor
from app.purchasing import orders
from app.purchasing.states import OPEN

SOURCE = "purchase"


def expect_rest(session: Session, purchase_order_ids: Collection[int], *, actor: Actor) -> None:
    """Say it anew for all lines of these orders, which are locked; stock is posted before."""
    found = orders.load(session, purchase_order_ids).values()
    expected = [
        Expected(
            sku_id=line.sku_id,
            site_id=one.site_id,
            source=SOURCE,
            source_id=line.id,
            quantity=line.open if one.state in OPEN else 0,
            expected_on=line.expected_on,
        )
        for one in found
        for line in one.lines
    ]
    expect(session, expected, actor=actor)


def unlikely_day(day: date, today: date) -> str:
    """Why goods cannot be awaited on that day; empty where they can."""
    if day < today:
        return f"{day} is over: write a day from {today} on"
    if day > today + FARTHEST:
        return f"{day} is too far ahead: write a day up to {today + FARTHEST}"
    return ""
