"""Where units lie, worked out in plain Python: the rules once more, without a database."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from tests.stock.books import Key, Spot

GOOD = "good"
Order = Callable[[Spot], tuple[object, ...]]
Tote = list[tuple[Spot, int]]


class Refused(Exception):
    """The rules say no; nothing has changed."""


@dataclass
class Model:
    """``sequence`` is each bin's place in the walk, ``age`` each lot's day of receipt; ``totes`` hold, by line of the
    work, from where its units came, in the order they were picked.
    """

    sequence: Mapping[int, int]
    age: Mapping[int, int]
    spots: dict[Key, dict[Spot, int]] = field(default_factory=dict)
    totes: dict[int, tuple[Key, Tote]] = field(default_factory=dict)

    def copy(self) -> "Model":
        return Model(
            sequence=self.sequence,
            age=self.age,
            spots={key: dict(spots) for key, spots in self.spots.items()},
            totes={line: (key, list(tote)) for line, (key, tote) in self.totes.items()},
        )

    def good(self, key: Key) -> int:
        return sum(units for spot, units in self.lying(key) if spot.condition == GOOD)

    def lying(self, key: Key) -> list[tuple[Spot, int]]:
        return [(spot, units) for spot, units in self.spots.get(key, {}).items() if units]

    def put(self, key: Key, spot: Spot, units: int) -> None:
        spots = self.spots.setdefault(key, {})
        spots[spot] = spots.get(spot, 0) + units

    def lose(self, key: Key, units: int, spot: Spot | None) -> None:
        """From one place, or from wherever they lie: the good first, the shelf before the tote."""
        if spot is None:
            self._take(key, units, lambda one: (one.condition != GOOD, *self._shelf(one)))
        else:
            self._take(key, units, self._shelf, {spot})

    def turn(self, key: Key, units: int, before: str, after: str) -> None:
        meant = {spot for spot, _ in self.lying(key) if spot.condition == before}
        for spot, taken in self._take(key, units, self._shelf, meant):
            self.put(key, spot._replace(condition=after), taken)

    def move(self, key: Key, units: int, spot: Spot, bin_id: int) -> None:
        if spot.bin_id == bin_id:
            raise Refused
        self._take(key, units, self._shelf, {spot})
        self.put(key, spot._replace(bin_id=bin_id), units)

    def pick(self, line: int, key: Key, units: int) -> None:
        """First in, first out; then along the walk. What other totes hold is not on offer."""
        for spot, part in self._take_oldest(key, units):
            self.put(key, spot._replace(bin_id=0), part)
            self.totes.setdefault(line, (key, []))[1].append((spot, part))

    def send(self, key: Key, units: int) -> list[tuple[int, int]]:
        """To another site: lots and units, as they leave."""
        sums: dict[int, int] = {}
        for spot, part in self._take_oldest(key, units):
            sums[spot.lot_id] = sums.get(spot.lot_id, 0) + part
        return list(sums.items())

    def put_back(self, line: int, key: Key, units: int) -> None:
        for spot, part in self._out_of_tote(line, units, newest=True):
            self._take(key, part, self._shelf, {spot._replace(bin_id=0)})
            self.put(key, spot, part)

    def ship(self, line: int, key: Key, units: int) -> None:
        """The lot that was picked, out of the tote if it still lies there."""
        for spot, part in self._out_of_tote(line, units, newest=False):
            meant = {one for one, _ in self.lying(key) if one.condition == GOOD}
            lot = spot.lot_id
            self._take(key, part, lambda one, lot=lot: (one.lot_id != lot, one.bin_id != 0, *self._shelf(one)), meant)

    def _take_oldest(self, key: Key, units: int) -> list[tuple[Spot, int]]:
        loose = self._in_totes(key)
        for spot, held in loose.items():
            self.put(key, spot, -held)
        try:
            return self._take(key, units, self._oldest, {spot for spot, _ in self.lying(key) if spot.condition == GOOD})
        finally:
            for spot, held in loose.items():
                self.put(key, spot, held)

    def _out_of_tote(self, line: int, units: int, *, newest: bool) -> Tote:
        _, tote = self.totes[line]
        out: Tote = []
        while units:
            spot, held = tote.pop(-1 if newest else 0)
            taken = min(held, units)
            units -= taken
            out.append((spot, taken))
            if held > taken:
                tote.insert(len(tote) if newest else 0, (spot, held - taken))
        return out

    def _in_totes(self, key: Key) -> dict[Spot, int]:
        held: dict[Spot, int] = {}
        for at, tote in self.totes.values():
            for spot, units in tote if at == key else ():
                place = spot._replace(bin_id=0)
                held[place] = held.get(place, 0) + units
        there = dict(self.lying(key))
        return {spot: min(units, there.get(spot, 0)) for spot, units in held.items()}

    def _take(self, key: Key, units: int, order: Order, meant: Iterable[Spot] | None = None) -> list[tuple[Spot, int]]:
        offered = [(spot, there) for spot, there in self.lying(key) if meant is None or spot in meant]
        if units > sum(there for _, there in offered):
            raise Refused
        taken = []
        for spot, there in sorted(offered, key=lambda one: order(one[0])):
            part = min(units, there)
            units -= part
            if part:
                self.put(key, spot, -part)
                taken.append((spot, part))
        return taken

    def _shelf(self, spot: Spot) -> tuple[object, ...]:
        return spot.bin_id == 0, self.sequence.get(spot.bin_id, 0), spot.lot_id

    def _oldest(self, spot: Spot) -> tuple[object, ...]:
        return (self.age.get(spot.lot_id, 0), *self._shelf(spot))
