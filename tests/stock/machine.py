"""Everything that can happen to stock, in any order; after each step the books are compared with the model."""

from collections.abc import Callable
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.inventory import moves
from app.inventory.moves import Move
from app.kernel.actor import SYSTEM, Actor
from app.kernel.errors import DomainError
from app.workflows.adjust_stock import Adjustment, adjust_stock
from app.workflows.cancel_orders import Cancellation, cancel_orders
from app.workflows.fill_backorders import fill_backorders
from app.workflows.pack_work import Check, Closing, close_parcels, verify
from app.workflows.pick_work import Pick, pick, put_back
from app.workflows.place_orders import place_orders
from app.workflows.release_work import release_work
from app.workflows.ship_orders import ship_orders
from tests.factories.floor import dispatch, scan
from tests.factories.house import House, order_request
from tests.stock import rules
from tests.stock.books import Key, Spot, Work, read
from tests.stock.model import GOOD, Model, Refused

CODES = ("TEA-1", "TEA-2")
SITES = ("CMH1", "RNO1")
SMALL = st.integers(min_value=1, max_value=6)
ANY = st.integers(min_value=0, max_value=99)
UNSELLABLE = ("damaged", "quarantine", "quality_hold")
SKU = st.sampled_from(CODES)
SITE = st.sampled_from(SITES)


class StockMachine(RuleBasedStateMachine):
    """One example is one transaction of ``connection``, in a database where the house stands with its bins and lots.

    None is open for long: what reads the feed, in any database of the server, waits for the oldest that writes.
    """

    connection: ClassVar[Connection]
    house: ClassVar[House]
    bins: ClassVar[dict[str, dict[str, int]]]
    sequence: ClassVar[dict[int, int]]
    age: ClassVar[dict[int, int]]
    lot_sku: ClassVar[dict[int, int]]

    def __init__(self) -> None:
        super().__init__()
        self.transaction = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint", autoflush=False)
        self.model = Model(sequence=self.sequence, age=self.age)
        self.books = read(self.session)

    def teardown(self) -> None:
        wrong = rules.findings(self.session)
        self.session.close()
        self.transaction.rollback()
        assert wrong == []

    @rule(sku=SKU, site=SITE, units=SMALL, bin_=ANY, lot=ANY)
    def goods_come_in(self, sku: str, site: str, units: int, bin_: int, lot: int) -> None:
        key, spot = self.key(sku, site), Spot(self.a_bin(site, bin_), self.a_lot(sku, lot), GOOD)
        self.model.put(key, spot, units)
        self.does(lambda: self.adjust(key, "found", on_hand=units, spot=spot))
        rules.promises_stay(self.before, self.books)

    @rule(sku=SKU, site=SITE, units=SMALL, where=ANY)
    def goods_are_lost(self, sku: str, site: str, units: int, where: int) -> None:
        key = self.key(sku, site)
        lying = [spot for spot, _ in self.model.lying(key)]
        spot = lying[where % len(lying)] if lying and where % 3 == 0 else None
        before = self.model.good(key)
        is_done = self.tries(
            lambda: self.adjust(key, "lost", on_hand=-units, spot=spot),
            lambda: self.model.lose(key, units, spot),
            unless=lambda: self.model.good(key) < self.books.picked(key),
        )
        if is_done:
            rules.only_the_latest_gave_way(self.before, self.books, key, before - self.model.good(key))

    @rule(sku=SKU, site=SITE, units=SMALL, is_repair=st.booleans(), bad=st.sampled_from(UNSELLABLE))
    def goods_change_their_condition(self, sku: str, site: str, units: int, is_repair: bool, bad: str) -> None:
        key = self.key(sku, site)
        before, after = (bad, GOOD) if is_repair else (GOOD, bad)
        is_done = self.tries(
            lambda: self.adjust(key, "condition", condition=bad, unavailable=-units if is_repair else units),
            lambda: self.model.turn(key, units, before, after),
            unless=lambda: self.model.good(key) < self.books.picked(key),
        )
        if is_done and not is_repair:
            rules.only_the_latest_gave_way(self.before, self.books, key, units)

    @rule(sku=SKU, site=SITE, units=SMALL, where=ANY, to=ANY)
    def goods_are_moved(self, sku: str, site: str, units: int, where: int, to: int) -> None:
        key = self.key(sku, site)
        lying = [spot for spot, _ in self.model.lying(key)]
        if not lying:
            return
        spot, bin_id = lying[where % len(lying)], self.a_bin(site, to)
        self.tries(lambda: self.move(key, units, spot, bin_id), lambda: self.model.move(key, units, spot, bin_id))
        rules.promises_stay(self.before, self.books)

    @rule(first=SMALL, second=SMALL, lines=st.integers(min_value=1, max_value=3))
    def an_order_is_placed(self, first: int, second: int, lines: int) -> None:
        asked = [(CODES[0], first), (CODES[1], second), (CODES[0], second)][:lines]
        self.does(lambda: place_orders(self.session, [order_request(*asked)], actor=SYSTEM))
        rules.all_that_was_free_is_promised(self.before, self.books)

    @precondition(lambda self: self.books.lines)
    @rule(which=ANY, units=SMALL)
    def units_are_cancelled(self, which: int, units: int) -> None:
        id, line = sorted(self.books.lines.items())[which % len(self.books.lines)]
        cancellation = Cancellation(order_id=line.order_id, order_line_id=id, quantity=units, reason="customer")
        may_not = units > line.cancellable or line.kit  # a kit is cancelled whole
        self.tries(lambda: cancel_orders(self.session, [cancellation], actor=SYSTEM), unless=lambda: bool(may_not))
        rules.promises_only_fall(self.before, self.books, {id})

    @rule()
    def what_came_in_is_given_to_who_waits(self) -> None:
        self.does(lambda: fill_backorders(self.session, list(self.house.skus.values()), actor=SYSTEM))
        rules.nobody_waits_for_what_is_free(self.books)

    @precondition(lambda self: self.at_work("open"))
    @rule(which=ANY)
    def work_is_released(self, which: int) -> None:
        one = self.line_of(which, "open")
        self.does(lambda: release_work(self.session, [one.part_id], actor=SYSTEM))

    @precondition(lambda self: self.at_work("released", "picking"))
    @rule(which=ANY, units=SMALL)
    def units_are_picked(self, which: int, units: int) -> None:
        one = self.line_of(which, "released", "picking")
        shares = self.books.spread(one, units, lambda line: line.quantity - line.picked)
        self.handles(pick, self.model.pick, one, shares)
        rules.promises_stay(self.before, self.books)

    @precondition(lambda self: self.at_work("picking", "picked"))
    @rule(which=ANY, units=SMALL)
    def units_are_put_back(self, which: int, units: int) -> None:
        one = self.line_of(which, "picking", "picked")
        shares = self.books.spread(one, units, lambda line: line.picked - line.packed)
        self.handles(put_back, self.model.put_back, one, shares)

    @precondition(lambda self: self.at_work("picking", "picked"))
    @rule(which=ANY, units=SMALL)
    def a_parcel_leaves(self, which: int, units: int) -> None:
        one = self.line_of(which, "picking", "picked")
        shares = self.books.spread(one, units, lambda line: line.picked - line.packed)
        self.handles(self.send, self.model.ship, one, shares)

    def handles(
        self,
        verb: Callable[..., None],
        model: Callable[[int, Key, int], None],
        one: Work,
        shares: list[tuple[int, int]],
    ) -> None:
        """As many units as there are; nothing where there are none."""
        units = sum(share for _, share in shares)
        asked = Pick(fulfilment_order_id=one.part_id, code=self.code(one), quantity=units, client_scan_id=scan())

        def modelled() -> None:
            for id, share in shares:
                model(id, one.key, share)

        self.before = self.books
        if units:
            self.tries(lambda: verb(self.session, [asked], actor=SYSTEM), modelled)

    def send(self, session: Session, asked: list[Pick], *, actor: Actor) -> None:
        [one] = asked
        check = Check(
            fulfilment_order_id=one.fulfilment_order_id,
            code=one.code,
            quantity=one.quantity,
            client_scan_id=one.client_scan_id,
        )
        verify(session, [check], actor=actor)
        [parcel_id] = close_parcels(
            session, [Closing(fulfilment_order_id=one.fulfilment_order_id, is_partial=True)], actor=actor
        )
        ship_orders(session, [dispatch(parcel_id)], actor=actor)

    def adjust(self, key: Key, reason: str, *, spot: Spot | None = None, condition: str = GOOD, **units: int) -> None:
        place = (
            {"bin_id": spot.bin_id or None, "lot_id": spot.lot_id or None, "condition": spot.condition}
            if spot
            else {"condition": condition}
        )
        fact = Adjustment(sku_id=key[0], site_id=key[1], reason=reason, is_exact=spot is not None, **units, **place)
        adjust_stock(self.session, [fact], actor=SYSTEM)

    def move(self, key: Key, units: int, spot: Spot, bin_id: int) -> None:
        one = Move(
            sku_id=key[0],
            site_id=key[1],
            quantity=units,
            from_bin_id=spot.bin_id or None,
            to_bin_id=bin_id or None,
            lot_id=spot.lot_id or None,
            from_condition=spot.condition,
            reason="move",
            reference=("test", 1),
        )
        moves.move(self.session, [one], actor=SYSTEM)

    def does(self, act: Callable[[], object], *, look: bool = True) -> None:
        """Something that may not be refused."""
        self.before = self.books
        with self.session.begin_nested():
            act()
        if look:
            self.look()

    def tries(
        self,
        act: Callable[[], object],
        model: Callable[[], object] = lambda: None,
        *,
        unless: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Whether it was done; refused exactly when the model refuses or ``unless`` says so."""
        self.before = self.books
        kept = self.model.copy()
        try:
            model()
            is_allowed = not unless()
        except Refused:
            is_allowed = False
        if not is_allowed:
            self.model = kept
        try:
            with self.session.begin_nested():
                act()
        except DomainError:
            assert not is_allowed, "refused, and the model does not see why"
        else:
            assert is_allowed, "done, and the model sees why it may not be"
        self.look()
        return is_allowed

    def look(self) -> None:
        self.session.expire_all()
        self.books = read(self.session)
        rules.balances(self.books)
        rules.same_places(self.books, self.model)

    def at_work(self, *states: str) -> list[Work]:
        return [one for one in self.books.work.values() if one.state in states]

    def line_of(self, which: int, *states: str) -> Work:
        found = self.at_work(*states)
        return found[which % len(found)]

    def key(self, sku: str, site: str) -> Key:
        return self.house.skus[sku], self.house.sites[site]

    def code(self, one: Work) -> str:
        return next(code for code, id in self.house.skus.items() if id == one.sku_id)

    def a_bin(self, site: str, which: int) -> int:
        bins = [0, *self.bins[site].values()]
        return bins[which % len(bins)]

    def a_lot(self, sku: str, which: int) -> int:
        lots = [0, *(lot for lot in self.age if self.lot_sku[lot] == self.house.skus[sku])]
        return lots[which % len(lots)]
