"""Carts, orders, time and losses in any order, against a model in plain Python that knows nothing of sites and rows.

Hypothesis asks late carts too seldom: these walks choose their steps by weight, from a seed that is told.
"""

import os
import random

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.inventory import reservations
from app.kernel.actor import SYSTEM
from app.kernel.errors import DomainError
from app.workflows import verify_reservations
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.place_orders import place_orders
from tests.factories.carts import demand, held
from tests.factories.house import House, make_house, order_request

WALKS = int(os.environ.get("WAYBILL_CART_WALKS", "4"))
STEPS = 60
CODES = ("TEA-1", "TEA-2")
OWNERS = ("ann", "bob", "cat")
STOCK = {("TEA-1", "CMH1"): 4, ("TEA-1", "RNO1"): 3, ("TEA-2", "CMH1"): 2, ("TEA-2", "RNO1"): 6}


class CartWalk:
    """``left`` units of each SKU are neither promised nor held; ``late`` are carts whose time is over."""

    def __init__(self, connection: Connection, house: House, seed: int) -> None:
        self.house, self.rng = house, random.Random(seed)
        self.session = Session(connection, join_transaction_mode="create_savepoint", autoflush=False)
        self.tokens: dict[str, str] = {}
        self.late: set[str] = set()
        self.read()

    def step(self) -> None:
        owner = self.rng.choice(OWNERS)
        act = self.rng.choices(("ask", "order", "late", "sweep", "give_up", "count"), (9, 4, 5, 1, 1, 5))[0]
        if act == "ask":
            self.a_cart_asks(owner, self.wanted())
        if act == "order":
            self.an_order_comes(owner, self.wanted(), self.rng.random() < 0.7)
        if act == "late":
            self.time_runs_out(owner)
        if act == "sweep":
            self.the_sweeper_comes()
        if act == "give_up":
            self.a_cart_is_given_up(owner)
        if act == "count":
            code, site = self.rng.choice(CODES), self.rng.choice(("CMH1", "RNO1"))
            self.a_count_differs(code, site, self.rng.choice((-2, -1, 3, 5)))

    def wanted(self) -> dict[str, int]:
        """Mostly little, now and then more than there is."""
        codes = self.rng.sample(CODES, self.rng.randint(1, 2))
        return {code: self.rng.choice((1, 1, 2, 3, 4, 9)) for code in codes}

    def a_cart_asks(self, owner: str, wanted: dict[str, int]) -> None:
        can = self.makes_room(owner, wanted)

        [answer] = reservations.reserve(self.session, [demand(self.session, owner, *wanted.items())], actor=SYSTEM)

        assert bool(answer.token) == can
        if can:
            self.give_back(owner)
            self.carts[owner] = dict(wanted)
            self.tokens[owner] = str(answer.token)
            self.late.discard(owner)
            for code, units in wanted.items():
                self.left[code] -= units
        self.compare()

    def an_order_comes(self, owner: str, wanted: dict[str, int], has_token: bool) -> None:
        mine = owner if has_token and owner in self.carts else ""
        can = self.makes_room(mine, wanted)
        asked = order_request(*wanted.items(), channel="store", reservation=self.tokens[mine] if mine else "")

        [placed] = place_orders(self.session, [asked], actor=SYSTEM)

        assert (placed.order_id is not None) == can
        if can:
            self.give_back(mine)
            for code, units in wanted.items():
                self.left[code] -= units
        self.compare()

    def time_runs_out(self, owner: str) -> None:
        over = text("UPDATE reservations SET expires_at = now() - interval '1 second' WHERE owner = :owner")
        self.session.execute(over, {"owner": owner})
        self.late |= {owner} & self.carts.keys()

    def the_sweeper_comes(self) -> None:
        reservations.expire_due(self.session, actor=SYSTEM)
        for owner in list(self.late):
            self.give_back(owner)
        self.compare()

    def a_cart_is_given_up(self, owner: str) -> None:
        if owner in self.carts:
            reservations.release(self.session, [self.tokens[owner]], actor=SYSTEM)
            self.give_back(owner)
            self.compare()

    def a_count_differs(self, code: str, site: str, units: int) -> None:
        """A fact is never refused; what it takes from carts it takes before it takes from orders."""
        promised, reserved = self.promised(code, site)
        fact = Adjustment(sku_id=self.house.skus[code], site_id=self.house.sites[site], on_hand=units, reason="count")
        try:
            with self.session.begin_nested():
                adjust_stock(self.session, [fact], actor=SYSTEM)
        except DomainError:
            return  # more than lie there
        still_promised, still_reserved = self.promised(code, site)
        assert still_reserved == reserved or still_promised == promised or still_reserved == 0
        self.read()

    def makes_room(self, owner: str, wanted: dict[str, int]) -> bool:
        """Whether it can be had; where it is short, carts whose time is over lose those goods."""
        own = self.carts.get(owner, {})
        for code, units in wanted.items():
            if units > self.left[code] + own.get(code, 0):
                for other in (self.late - {owner}) & self.carts.keys():
                    self.left[code] += self.carts[other].pop(code, 0)
        self.forget_the_empty()
        return all(units <= self.left[code] + own.get(code, 0) for code, units in wanted.items())

    def give_back(self, owner: str) -> None:
        for code, units in self.carts.pop(owner, {}).items():
            self.left[code] += units
        self.forget_the_empty()

    def forget_the_empty(self) -> None:
        self.carts = {owner: units for owner, units in self.carts.items() if units}
        self.late &= self.carts.keys()

    def promised(self, code: str, site: str) -> tuple[int, int]:
        row = self.session.execute(
            text("SELECT allocated, reserved FROM stock_levels WHERE sku_id = :sku AND site_id = :site"),
            {"sku": self.house.skus[code], "site": self.house.sites[site]},
        ).one()
        return row.allocated, row.reserved

    def read(self) -> None:
        free = "SELECT s.code, sum(on_hand - allocated - reserved)::int AS left FROM stock_levels l"
        rows = self.session.execute(text(f"{free} JOIN skus s ON s.id = l.sku_id GROUP BY 1"))
        self.left = {row.code: row.left for row in rows}
        self.carts = self.written()
        self.forget_the_empty()

    def written(self) -> dict[str, dict[str, int]]:
        carts: dict[str, dict[str, int]] = {}
        for (owner, code, _), units in held(self.session).items():
            cart = carts.setdefault(owner, {})
            cart[code] = cart.get(code, 0) + units
        return carts

    def compare(self) -> None:
        carts, left = self.carts, dict(self.left)
        assert self.written() == carts
        self.read()
        assert self.left == left
        assert [one for check in verify_reservations.CHECKS for one in check.find(self.session)] == []


@pytest.mark.parametrize("walk", range(WALKS))
def test_carts_orders_time_and_losses_in_any_order(session, connection, walk):
    house = make_house(session, STOCK, skus=2)
    session.commit()
    seed = random.randrange(1_000_000)
    print(f"SEED={seed}")
    cart_walk = CartWalk(connection, house, seed)

    for _ in range(STEPS):
        cart_walk.step()

    assert cart_walk.written() == cart_walk.carts
