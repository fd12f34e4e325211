"""Carts, kits and transfers between sites, in any order with all that ``machine`` does."""

from datetime import timedelta
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import text

from app.inventory import reservations
from app.kernel import clock
from app.kernel.actor import SYSTEM
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.draft_transfers import Goods, TransferRequest, draft_transfers
from app.workflows.place_orders import place_orders
from app.workflows.receive_transfers import cancel_transfers, lose_transfers, receive_transfers
from app.workflows.send_transfers import send_transfers
from app.workflows.spread_transfers import Arrival, Loss
from tests.factories.carts import demand, run_out
from tests.factories.house import order_request
from tests.stock import rules
from tests.stock.books import Key, Spot
from tests.stock.machine import ANY, CODES, SITES, SKU, SMALL, StockMachine
from tests.stock.model import GOOD

SOON = (clock.now() + timedelta(days=9)).date()
CARTS = st.sampled_from(("cart-1", "cart-2"))


class WholeMachine(StockMachine):
    """``way`` are lots and units in transit, by transfer: (source, destination, [(lot, units)])."""

    kit: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.way: dict[int, tuple[Key, Key, list[tuple[int, int]]]] = {}

    @rule(owner=CARTS, first=ANY, second=SMALL)
    def a_cart_wants(self, owner: str, first: int, second: int) -> None:
        wanted = {"TEA-1": first % 4, "TEA-2": second}
        asked = demand(self.session, owner, *((sku, units) for sku, units in wanted.items() if units))
        mine = self.token(owner)
        short = any(units > self.books.to_be_had(self.house.skus[sku], mine) for sku, units in wanted.items())
        self.does(lambda: reservations.reserve(self.session, [asked], actor=SYSTEM))
        holds = {sku: self.held(self.token(owner), sku) for sku in wanted}
        before = {sku: self.held(mine, sku, was=True) for sku in wanted}
        assert holds == (before if short else wanted)
        assert self.books.promises == self.before.promises

    @precondition(lambda self: self.books.holds)
    @rule(owner=CARTS)
    def a_cart_is_left(self, owner: str) -> None:
        token = self.token(owner)
        if token:
            self.does(lambda: reservations.release(self.session, [token], actor=SYSTEM))
            assert not [at for at in self.books.holds if at[0] == token]

    @precondition(lambda self: self.books.holds)
    @rule(is_swept=st.booleans())
    def time_passes(self, is_swept: bool) -> None:
        self.does(lambda: run_out(self.session))
        if is_swept:
            self.does(lambda: reservations.expire_due(self.session, actor=SYSTEM))
            assert not self.books.holds
        rules.promises_stay(self.before, self.books)

    @precondition(lambda self: self.books.holds)
    @rule(owner=CARTS, units=SMALL)
    def a_cart_is_ordered(self, owner: str, units: int) -> None:
        token = self.token(owner)
        request = order_request(("TEA-1", units), ("TEA-2", units), reservation=token)
        self.does(lambda: place_orders(self.session, [request], actor=SYSTEM))
        rules.all_that_was_free_is_promised(self.before, self.books, token)
        assert not [at for at in self.books.holds if at[0] == token]

    @rule(units=SMALL)
    def a_kit_is_ordered(self, units: int) -> None:
        self.does(lambda: place_orders(self.session, [order_request((self.kit, units))], actor=SYSTEM))
        rules.all_that_was_free_is_promised(self.before, self.books)

    @precondition(lambda self: any(line.kit for line in self.books.lines.values()))
    @rule(which=ANY, kits=st.integers(min_value=1, max_value=3))
    def kits_are_cancelled(self, which: int, kits: int) -> None:
        of_kits = [line for line in self.books.lines.values() if line.kit]
        one = of_kits[which % len(of_kits)]
        parts = {
            id: line for id, line in self.books.lines.items() if (line.order_id, line.kit) == (one.order_id, one.kit)
        }
        asked = [
            Cancellation(order_id=one.order_id, order_line_id=id, quantity=kits * line.of_kit, reason="customer")
            for id, line in parts.items()
        ]
        too_many = any(kits * line.of_kit > line.cancellable for line in parts.values())
        self.tries(lambda: cancel_orders(self.session, asked, actor=SYSTEM), unless=lambda: too_many)
        rules.promises_only_fall(self.before, self.books, set(parts))

    @rule(sku=SKU, units=SMALL, back=st.booleans())
    def goods_are_sent_to_the_other_site(self, sku: str, units: int, back: bool) -> None:
        ends = SITES[::-1] if back else SITES
        source, target = (self.key(sku, site) for site in ends)
        request = TransferRequest(
            from_site=ends[0], to_site=ends[1], expected_on=SOON, goods=(Goods(sku=sku, quantity=units),)
        )
        [number] = draft_transfers(self.session, [request], actor=SYSTEM)
        id = self.session.execute(text("SELECT id FROM transfers WHERE number = :n"), {"n": number}).scalar_one()
        sent: list[tuple[int, int]] = []
        is_sent = self.tries(
            lambda: send_transfers(self.session, [id], actor=SYSTEM),
            lambda: sent.extend(self.model.send(source, units)),
            unless=lambda: units > self.books.free(source),
        )
        if is_sent:
            self.way[id] = source, target, sent
        rules.promises_stay(self.before, self.books)

    @precondition(lambda self: self.way)
    @rule(which=ANY)
    def goods_arrive(self, which: int) -> None:
        id, (_, target, sent) = self.some_transfer(which)
        arrivals = [Arrival(transfer_id=id, sku=self.code_of(target), quantity=sum(units for _, units in sent))]
        self.does(lambda: receive_transfers(self.session, arrivals, actor=SYSTEM), look=False)
        self.lay_down(id, target)

    @precondition(lambda self: self.way)
    @rule(which=ANY)
    def goods_are_lost_on_the_way(self, which: int) -> None:
        id, (_, target, sent) = self.some_transfer(which)
        units = sum(units for _, units in sent)
        losses = [Loss(transfer_id=id, sku=self.code_of(target), quantity=units, reason="missing")]
        self.does(lambda: lose_transfers(self.session, losses, actor=SYSTEM))
        del self.way[id]
        rules.promises_stay(self.before, self.books)

    @precondition(lambda self: self.way)
    @rule(which=ANY)
    def a_transfer_comes_back(self, which: int) -> None:
        id, (source, _, _) = self.some_transfer(which)
        self.does(lambda: cancel_transfers(self.session, [id], actor=SYSTEM), look=False)
        self.lay_down(id, source)

    def lay_down(self, transfer_id: int, key: Key) -> None:
        for lot, units in self.way.pop(transfer_id)[2]:
            self.model.put(key, Spot(0, lot, GOOD), units)
        self.look()
        rules.promises_stay(self.before, self.books)

    def some_transfer(self, which: int) -> tuple[int, tuple[Key, Key, list[tuple[int, int]]]]:
        found = sorted(self.way.items())
        return found[which % len(found)]

    def code_of(self, key: Key) -> str:
        return next(code for code in CODES if self.house.skus[code] == key[0])

    def token(self, owner: str) -> str:
        """Of what this cart holds, or nothing."""
        found = self.session.execute(text("SELECT token FROM reservations WHERE owner = :owner"), {"owner": owner})
        return found.scalar_one_or_none() or ""

    def held(self, token: str, sku: str, *, was: bool = False) -> int:
        books = self.before if was else self.books
        return sum(units for (at, key), units in books.holds.items() if at == token and key[0] == self.house.skus[sku])
