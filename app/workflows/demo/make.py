"""Making the demo company, step by step, each step a unit of work of its own."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.company import settings
from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.uow import run
from app.orders.values import OrderRequest
from app.workflows.demo.buying import make_buying
from app.workflows.demo.care import some_went_wrong
from app.workflows.demo.counts import count_shelves
from app.workflows.demo.days import work_a_day
from app.workflows.demo.goods import Good, make_goods, stock_goods
from app.workflows.demo.kits import kit_requests, make_kits, reserve_for_carts
from app.workflows.demo.past_stock import DAYS, keep_rules, live_a_quarter
from app.workflows.demo.requests import mistaken_requests, open_requests, past_requests
from app.workflows.demo.shelves import fill_shelves, make_shelves, move_between_sites, send_by_number
from app.workflows.place_orders import place_orders

SEED = 20_260_101
PAST = 2_000
OPEN = 60
BATCH = 250
SENDER = "1 Mill Lane, Columbus, OH 43215\nhello@waybill.example"
ACTOR = Actor(kind="command")


def make_demo(*, past: int = PAST, fresh: int = OPEN, tell: Callable[[str], None]) -> None:
    """Fill an empty company. A company that sells something already is left alone."""
    if run(_has_goods):
        tell("There are SKUs already: the demo company was not made.")
        return
    run(_sign_slips)
    rng = random.Random(SEED)  # noqa: S311
    goods = run(make_goods)
    tell(f"{len(goods)} SKUs")
    run(lambda session: _stock(session, goods, rng))
    run(make_shelves)
    run(lambda session: fill_shelves(session, actor=ACTOR))
    tell("stock at 5 sites and a quarter of its past, on the shelves of 3")
    tell(f"{run(make_kits)} kits")
    bought = run(lambda session: make_buying(session, goods, random.Random(SEED), actor=ACTOR))  # noqa: S311
    tell(f"{bought} purchase orders at 3 suppliers")
    _place_past(goods, rng, past, tell)
    number = _place_open(goods, rng, fresh)
    run(lambda session: move_between_sites(session, actor=ACTOR))
    run(lambda session: send_by_number(session, actor=ACTOR))
    run(lambda session: keep_rules(session, actor=ACTOR))
    tell(f"{number} open orders, and one that must be mended")
    counts = run(lambda session: count_shelves(session, actor=ACTOR))
    tell(f"{counts} counts of an aisle at one site")


def _has_goods(session: Session) -> bool:
    return session.execute(text("SELECT 1 FROM skus LIMIT 1")).first() is not None


def _stock(session: Session, goods: list[Good], rng: random.Random) -> None:
    now = clock.now()
    stock_goods(session, goods, rng, actor=ACTOR, since=now - timedelta(days=DAYS + 1))
    live_a_quarter(session, random.Random(SEED), until=now, actor=ACTOR)  # noqa: S311


def _sign_slips(session: Session) -> None:
    settings.change(session, replace(settings.read(session), slip_sender=SENDER))


def _place_past(goods: list[Good], rng: random.Random, past: int, tell: Callable[[str], None]) -> None:
    requests = past_requests(goods, rng, count=past, now=clock.now())
    for start in range(0, past, BATCH):
        _place(requests[start : start + BATCH])
        tell(f"{min(start + BATCH, past)} of {past} past orders")


def _place_open(goods: list[Good], rng: random.Random, count: int) -> int:
    requests = open_requests(goods, rng, count=count, now=clock.now())
    _place(requests)
    _place(kit_requests(requests))
    run(lambda session: reserve_for_carts(session, actor=ACTOR))
    _place(mistaken_requests(goods, random.Random(SEED), now=clock.now()))  # noqa: S311
    number = run(lambda session: work_a_day(session, rng, actor=ACTOR))
    run(lambda session: some_went_wrong(session, actor=ACTOR))
    return number


def _place(requests: list[OrderRequest]) -> None:
    run(lambda session: place_orders(session, requests, actor=ACTOR))
