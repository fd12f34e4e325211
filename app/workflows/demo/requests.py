"""Orders that the demo's customers send."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.orders.values import Contact, Delivered, OrderRequest, RequestedLine
from app.workflows.demo.goods import Good
from app.workflows.demo.words import FIRST_NAMES, LAST_NAMES, PLACES, STREETS

CUSTOMERS = 400
PAST_DAYS = 540


def past_requests(goods: Sequence[Good], rng: random.Random, *, count: int, now: datetime) -> list[OrderRequest]:
    """Delivered history: more orders towards today, and more before the holidays."""
    moments = sorted(_moment(rng, now) for _ in range(count))
    return [
        _request(goods, rng, number=number, placed_at=moment, history=_delivered(rng, moment))
        for number, moment in enumerate(moments, start=1)
    ]


def open_requests(goods: Sequence[Good], rng: random.Random, *, count: int, now: datetime) -> list[OrderRequest]:
    """Orders of the last two days."""
    moments = sorted(now - timedelta(minutes=rng.randint(5, 2_800)) for _ in range(count))
    return [_request(goods, rng, number=90_000 + n, placed_at=moment) for n, moment in enumerate(moments, start=1)]


def mistaken_requests(goods: Sequence[Good], rng: random.Random, *, now: datetime) -> list[OrderRequest]:
    """One for the queue of exceptions: a SKU that nobody knows."""
    request = _request(goods, rng, number=91_001, placed_at=now - timedelta(minutes=3))
    unknown = RequestedLine(sku="TENT-RIDGE", quantity=1, total_minor=22_900)
    return [replace(request, lines=(*request.lines[:1], unknown))]


def _request(
    goods: Sequence[Good],
    rng: random.Random,
    *,
    number: int,
    placed_at: datetime,
    history: Delivered | None = None,
) -> OrderRequest:
    contact, code, region = _customer(rng.randint(1, CUSTOMERS))
    chosen = rng.sample(range(len(goods)), rng.choice((1, 1, 2, 2, 3, 4)))
    return OrderRequest(
        channel=rng.choice(("web", "web", "web", "api", "phone")),
        external_number=f"NW-{number:05d}",
        contact=contact,
        customer_code=code,
        currency="USD",
        sales_region=region,
        shipping_minor=rng.choice((0, 490, 490, 990)),
        lines=tuple(_line(goods[position], rng) for position in chosen),
        placed_at=placed_at,
        history=history,
    )


def _line(good: Good, rng: random.Random) -> RequestedLine:
    quantity = rng.choice((1, 1, 1, 2, 2, 3, 5))
    discount_bp = rng.choice((0, 0, 0, 1_000, 2_000))
    total = (quantity * good.minor * (10_000 - discount_bp) + 5_000) // 10_000
    return RequestedLine(sku=good.code, quantity=quantity, total_minor=total, discount_bp=discount_bp)


def _customer(number: int) -> tuple[Contact, str, str]:
    """The same person for the same number."""
    rng = random.Random(number)  # noqa: S311
    city, state, postal_code, region = rng.choice(PLACES)
    contact = Contact(
        name=f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}",
        email=f"customer{number}@example.com",
        phone=f"+1202555{number % 10_000:04d}",
        street=f"{rng.randint(1, 240)} {rng.choice(STREETS)}",
        city=city,
        region=state,
        postal_code=postal_code,
        country="US",
    )
    return contact, f"C-{number:04d}", region


def _moment(rng: random.Random, now: datetime) -> datetime:
    days_ago = PAST_DAYS * rng.random() ** 1.25 + 3
    moment = now - timedelta(days=days_ago, minutes=rng.randint(0, 600))
    return moment - timedelta(days=rng.randint(20, 60)) if moment.month in (1, 2) and rng.random() < 0.4 else moment


def _delivered(rng: random.Random, placed_at: datetime) -> Delivered:
    shipped_at = placed_at + timedelta(hours=rng.randint(4, 40))
    return Delivered(shipped_at=shipped_at, delivered_at=shipped_at + timedelta(hours=rng.randint(18, 70)))
