"""What the database says of stock at one moment, in few words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

Key = tuple[int, int]


class Spot(NamedTuple):
    """A place inside a site; no bin and no lot are 0."""

    bin_id: int
    lot_id: int
    condition: str


class Line(NamedTuple):
    order_id: int
    sku_id: int
    ordered: int
    allocated: int
    backordered: int
    released: int
    picked: int
    shipped: int
    cancelled: int
    kit: int  # which of the order's kits it is part of; 0 for none
    of_kit: int  # its units in one such kit

    @property
    def cancellable(self) -> int:
        return self.backordered + self.allocated - self.picked


class Balance(NamedTuple):
    on_hand: int
    allocated: int
    reserved: int
    unavailable: int


class Work(NamedTuple):
    """One line of a fulfilment order; ``held`` are its units in totes and boxes."""

    order_id: int
    order_line_id: int
    part_id: int
    state: str
    sku_id: int
    site_id: int
    quantity: int
    picked: int
    packed: int
    shipped: int
    held: int

    @property
    def key(self) -> Key:
        return self.sku_id, self.site_id


@dataclass(frozen=True)
class Books:
    """``promises`` are units by (line, level's key), the latest first; ``work`` goes by the id of its line; ``holds``
    are what carts hold, by (token, level's key), ``over`` of them those whose time is over.
    """

    levels: Mapping[Key, Balance]
    spots: Mapping[Key, Mapping[Spot, int]]
    lines: Mapping[int, Line]
    promises: Mapping[tuple[int, Key], int]
    work: Mapping[int, Work]
    holds: Mapping[tuple[str, Key], int]
    over: Mapping[tuple[str, Key], int]

    def promised(self, key: Key) -> int:
        return sum(units for (_, at), units in self.promises.items() if at == key)

    def picked(self, key: Key) -> int:
        return sum(one.picked - one.shipped for one in self.work.values() if one.key == key)

    def spread(self, one: Work, units: int, room: Callable[[Work], int]) -> list[tuple[int, int]]:
        """A scan goes to the lines of its SKU in their order: units by line of the work."""
        shares = []
        for id, line in self.work.items():
            if (line.part_id, line.sku_id) == (one.part_id, one.sku_id):
                taken = min(units, room(line))
                units -= taken
                if taken:
                    shares.append((id, taken))
        return shares

    def free(self, key: Key) -> int:
        balance = self.levels.get(key, Balance(0, 0, 0, 0))
        return balance.on_hand - balance.allocated - balance.reserved - balance.unavailable

    def to_be_had(self, sku: int, token: str = "") -> int:
        """Units over all sites that a new order may have: free, held too long, or held for its own cart."""
        free = sum(self.free(key) for key in self.levels if key[0] == sku)
        held = {**self.over, **{at: units for at, units in self.holds.items() if at[0] == token}}
        return free + sum(units for (_, key), units in held.items() if key[0] == sku)


def read(session: Session) -> Books:
    rows: dict[str, list[list[Any]]] = session.execute(text(READ)).scalar_one()
    spots: dict[Key, dict[Spot, int]] = {}
    for sku, site, bin_id, lot_id, condition, quantity in rows["spots"]:
        spots.setdefault((sku, site), {})[Spot(bin_id, lot_id, str(condition))] = quantity
    return Books(
        levels={(sku, site): Balance(*balance) for sku, site, *balance in rows["levels"]},
        spots=spots,
        lines={id: Line(*facts) for id, *facts in rows["lines"]},
        promises={(line, (sku, site)): units for line, sku, site, units in rows["promises"]},
        work={id: Work(*facts) for id, *facts in rows["work"]},
        holds={(token, (sku, site)): units for token, sku, site, units, _ in rows["holds"]},
        over={(token, (sku, site)): units for token, sku, site, units, is_over in rows["holds"] if is_over},
    )


READ = """
SELECT jsonb_build_object(
    'levels', (SELECT coalesce(jsonb_agg(jsonb_build_array(sku_id, site_id, on_hand, allocated, reserved, unavailable)),
                               '[]') FROM stock_levels),
    'spots', (SELECT coalesce(jsonb_agg(jsonb_build_array(sku_id, site_id, coalesce(bin_id, 0), coalesce(lot_id, 0),
                                                          condition, quantity)), '[]')
                FROM bin_stock WHERE quantity <> 0),
    'lines', (SELECT coalesce(jsonb_agg(jsonb_build_array(id, order_id, sku_id, ordered, allocated, backordered,
                                                          released, picked, shipped, cancelled,
                                                          coalesce(kit_position, 0),
                                                          coalesce(ordered / nullif(kit_quantity, 0), 0))
                                        ORDER BY id), '[]')
                FROM order_lines),
    'promises', (SELECT coalesce(jsonb_agg(jsonb_build_array(a.order_line_id, l.sku_id, l.site_id, a.quantity)
                                           ORDER BY a.id DESC), '[]')
                   FROM allocations a JOIN stock_levels l ON l.id = a.stock_level_id),
    'holds', (SELECT coalesce(jsonb_agg(jsonb_build_array(r.token, l.sku_id, l.site_id, h.quantity,
                                                          r.expires_at <= clock_timestamp())), '[]')
                FROM reservation_lines h JOIN reservations r ON r.id = h.reservation_id
                JOIN stock_levels l ON l.id = h.stock_level_id),
    'work', (SELECT coalesce(jsonb_agg(jsonb_build_array(l.id, f.order_id, l.order_line_id, f.id, f.state, l.sku_id,
                                                         f.site_id, l.quantity, l.picked, l.packed, l.shipped,
                                                         (SELECT coalesce(sum(h.quantity), 0) FROM held_picks h
                                                           WHERE h.fulfilment_line_id = l.id)) ORDER BY l.id), '[]')
                FROM fulfilment_lines l JOIN fulfilment_orders f ON f.id = l.fulfilment_order_id))
"""
