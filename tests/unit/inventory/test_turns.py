"""Whose turn it is: in slices, however small, everybody gets what one look at all of them would have given."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.inventory.pegging import Peg, Supply, Waiting, arrange
from app.inventory.turns import Page, Spot, Standing, Turn, Walk, call, walk_of

FIRST = date(2026, 12, 1)
MORNING = datetime(2026, 11, 25, 9, tzinfo=UTC)
ALL = 1_000


def day(number):
    return FIRST + timedelta(days=number)


def turn(line, promised=None):
    return Turn(date.max if promised is None else day(promised), MORNING + timedelta(minutes=line), line, line)


def waits(line, quantity, promised=None, *, pegged=0, sound=None, last=None):
    return Standing(
        turn=turn(line, promised),
        quantity=quantity,
        pegged=pegged,
        sound=pegged if sound is None else sound,
        last_on=None if last is None else day(last),
    )


def called(walk, *page, free=None, shelf=0, most=ALL):
    free_from = None if free is None else day(free)
    found = call(walk, Page(lines=page, is_end=True, free_from=free_from, shelf=shelf), most=most)
    return [one.turn.order_line_id for one in found.called], found


def test_who_has_all_it_waits_for_is_passed_over_and_who_waits_while_nothing_is_free_too():
    ids, found = called(Walk(sku_id=1), waits(1, 3, 5, pegged=3, last=5), waits(2, 3, 9, pegged=3, last=9), waits(3, 1))

    assert ids == []
    assert found.is_last


def test_whoever_could_have_something_sooner_is_called_but_not_behind_one_who_lost_some():
    page = waits(1, 3, 5, pegged=3, last=5), waits(2, 3, 9, pegged=3, last=9)

    assert called(Walk(sku_id=1), *page, free=7)[0] == [2]
    assert called(Walk(sku_id=1, is_hurt=True), *page, free=7)[0] == []


def test_who_lost_what_was_promised_is_called_even_while_nothing_is_free():
    assert called(Walk(sku_id=1), waits(1, 3, 5, pegged=2, last=5), waits(2, 3, 5, pegged=3, sound=1, last=9))[0] == [
        1,
        2,
    ]


def test_who_gets_it_from_the_shelf_leaves_what_is_to_come_to_others():
    ids, found = called(Walk(sku_id=1), waits(1, 3, 5, pegged=3, last=5), waits(2, 3), waits(3, 3), free=5, shelf=5)

    assert ids == [1, 2, 3]
    assert [one.on_shelf for one in found.called] == [3, 2, 0]


def test_a_slice_ends_where_as_many_were_called_as_may_be_locked():
    ids, found = called(Walk(sku_id=1), waits(1, 3), waits(2, 3), waits(3, 3), free=5, most=2)

    assert ids == [1, 2]
    assert (found.walk.spot, found.is_last) == (Spot(turn(2), 6), False)


def test_a_part_that_carries_no_promise_goes_to_who_came_before():
    ids, found = called(Walk(sku_id=1), waits(1, 2), waits(2, 5, pegged=3, last=5))

    assert ids == [2]
    assert found.called[0].gives_up
    assert found.walk.spot == Spot()


def test_a_walk_is_carried_by_a_delivery_as_it_is():
    walk = Walk(sku_id=7, spot=Spot(turn(3, 4), 12), picture="ab", short=Spot(turn(1), 3), is_hurt=True)

    assert walk_of(7, walk.ids) == walk


@dataclass
class World:
    """Lines by id with their units and the day they were promised, supply by id, and what rests on what."""

    lines: dict[int, tuple[int, date | None]]
    supplies: dict[int, Supply]
    pegs: dict[tuple[int, int], Peg] = field(default_factory=dict)

    def copy(self):
        return replace(self, lines=dict(self.lines), supplies=dict(self.supplies), pegs=dict(self.pegs))

    def free(self, supply_id):
        return self.supplies[supply_id].free - sum(p.quantity for p in self.pegs.values() if p.incoming_id == supply_id)

    def lines_of(self, walk):
        standing = []
        for id, (quantity, promised) in self.lines.items():
            mine = [peg for peg in self.pegs.values() if peg.order_line_id == id]
            sound = [p for p in mine if p.incoming_id in self.supplies and self.is_sound(p)]
            days = [self.supplies[p.incoming_id].expected_on for p in mine if p.incoming_id in self.supplies]
            standing.append(
                Standing(
                    turn=Turn(promised or date.max, MORNING + timedelta(minutes=id), id, id),
                    quantity=quantity,
                    pegged=sum(p.quantity for p in mine),
                    sound=sum(p.quantity for p in sound),
                    last_on=max(days, default=None),
                )
            )
        return sorted((one for one in standing if one.turn > walk.spot.after), key=lambda one: one.turn)

    def is_sound(self, peg):
        return self.supplies[peg.incoming_id].expected_on <= peg.promised_on

    def step(self, walk, most):
        free = [self.supplies[id].expected_on for id in self.supplies if self.free(id) > 0]
        page = Page(lines=self.lines_of(walk), is_end=True, free_from=min(free, default=None))
        found = call(walk, page, most=most)
        ids = {one.turn.order_line_id for one in found.called}
        mine = [peg for peg in self.pegs.values() if peg.order_line_id in ids]
        own = {id: sum(p.quantity for p in mine if p.incoming_id == id) for id in self.supplies}
        supplies = [replace(one, free=self.free(id) + own[id]) for id, one in self.supplies.items()]
        wanted = [
            Waiting(
                order_line_id=one.turn.order_line_id,
                quantity=0 if one.gives_up else self.lines[one.turn.order_line_id][0] - one.on_shelf,
                expected_on=one.turn.promised_on if one.turn.is_promised else None,
            )
            for one in found.called
        ]
        arranged = arrange(wanted, supplies, mine, may_move_up=not walk.is_hurt)
        self.pegs = {key: peg for key, peg in self.pegs.items() if key[0] not in ids}
        self.pegs |= {(peg.order_line_id, peg.incoming_id): peg for peg in arranged.pegs}
        for one in found.called:
            quantity, promised = self.lines[one.turn.order_line_id]
            if quantity > one.on_shelf:
                rested = arranged.of(one.turn.order_line_id)
                is_whole = sum(peg.quantity for peg in rested) == quantity - one.on_shelf
                promised = max((peg.promised_on for peg in rested), default=None) if is_whole else None
                self.lines[one.turn.order_line_id] = (quantity, promised)
        short = [one.before for one in found.called if self.lacks(one) and not one.turn.is_promised]
        after = replace(found.walk, is_hurt=walk.is_hurt or arranged.is_hurt)
        if not any(one.gives_up for one in found.called):
            after = replace(after, short=min([*short, *([after.short] if after.short else [])], default=None))
        return after, found.is_last

    def lacks(self, one):
        rested = sum(p.quantity for p in self.pegs.values() if p.order_line_id == one.turn.order_line_id)
        return rested + one.on_shelf < self.lines[one.turn.order_line_id][0]

    def walk(self, most=ALL):
        walk, is_last, slices = Walk(sku_id=1), False, 0
        while not is_last:
            walk, is_last = self.step(walk, most)
            self.check()
            slices += 1
            assert slices < 200
        return self

    def check(self):
        """What holds between any two slices."""
        assert all(self.free(id) >= 0 for id in self.supplies)
        for id, (quantity, _) in self.lines.items():
            assert sum(p.quantity for p in self.pegs.values() if p.order_line_id == id) <= quantity

    def shares(self):
        """Units by line and day: which of two supplies of one day it is means nothing to anybody."""
        found = {}
        for peg in self.pegs.values():
            key = peg.order_line_id, peg.promised_on
            found[key] = found.get(key, 0) + peg.quantity
        return found


quantities = st.lists(st.integers(1, 6), min_size=1, max_size=8)
supplies = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 20)), max_size=5)
few = st.integers(1, 3)


def world(quantities, given):
    lines = {id: (quantity, None) for id, quantity in enumerate(quantities, start=1)}
    comes = {id: Supply(id=id, free=free, expected_on=day(on)) for id, (free, on) in enumerate(given, start=1)}
    return World(lines=lines, supplies=comes)


@given(quantities=quantities, given=supplies, most=few, more=st.tuples(st.integers(1, 12), st.integers(0, 20)))
def test_in_slices_as_at_once_when_supply_is_added(quantities, given, most, more):
    start = world(quantities, given).walk()
    start.supplies[99] = Supply(id=99, free=more[0], expected_on=day(more[1]))

    assert start.copy().walk(most).shares() == start.copy().walk().shares()


@given(quantities=quantities, given=supplies, most=few, which=st.integers(1, 5), late=st.integers(1, 15))
def test_in_slices_as_at_once_when_supply_slips_and_only_who_rests_on_it_changes(quantities, given, most, which, late):
    start = world(quantities, given).walk()
    if which in start.supplies:
        one = start.supplies[which]
        start.supplies[which] = replace(one, expected_on=one.expected_on + timedelta(days=late))
    touched = {peg.order_line_id for peg in start.pegs.values() if peg.incoming_id == which}
    whole = {id for id, (_, promised) in start.lines.items() if promised}

    after = start.copy().walk(most)

    assert after.lines == start.copy().walk().lines
    assert {id: after.lines[id] for id in whole - touched} == {id: start.lines[id] for id in whole - touched}


@given(quantities=quantities, given=supplies, most=few, gone=st.integers(1, 8))
def test_nobody_is_left_behind_who_came_before_somebody_that_has_more_or_sooner(quantities, given, most, gone):
    start = world(quantities, given).walk(most)
    start.lines.pop(gone, None)
    start.pegs = {key: peg for key, peg in start.pegs.items() if key[0] != gone}

    after = start.walk(most)

    days = [day for id in sorted(after.lines) for day in sorted(days_of(after, id))]
    assert days == sorted(days)


@given(quantities=quantities, given=supplies, most=few, at=st.integers(0, 6), which=st.integers(1, 5))
def test_a_walk_that_ends_in_the_middle_is_made_good_by_the_next(quantities, given, most, at, which):
    start = world(quantities, given).walk()
    start.supplies[99] = Supply(id=99, free=7, expected_on=day(2))
    whole, broken = start.copy().walk(), start.copy()
    walk, is_last = Walk(sku_id=1), False
    for _ in range(at):
        if not is_last:
            walk, is_last = broken.step(walk, most)

    assert broken.walk(most).shares() == whole.shares()


@given(quantities=quantities, given=supplies, most=few, late=st.integers(1, 12))
def test_who_was_displaced_and_came_first_gets_the_part_of_who_came_later(quantities, given, most, late):
    start = world([1, *quantities], given)
    del start.lines[1]
    start.walk()
    promised = {id: line for id, line in start.lines.items() if line[1]}
    start.lines[1] = (late, None)

    after = start.walk(most)

    assert {id: after.lines[id] for id in promised} == promised
    behind = sorted(id for id, (_, promised_on) in after.lines.items() if promised_on is None)
    assert not any(days_of(after, id)[0] < date.max for id in behind[1:])


def days_of(world, line):
    """One day per unit; units that nothing is to come for are the last of all."""
    got = [peg.promised_on for peg in world.pegs.values() if peg.order_line_id == line for _ in range(peg.quantity)]
    return got + [date.max] * (world.lines[line][0] - len(got))
