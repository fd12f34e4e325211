"""What may be taken off the shelves of a site for a line of its work, and in which order."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.inventory.levels import Key
from app.inventory.places import Place, Shelves
from app.inventory.removal import Choice, choose
from app.kernel import bulk, clock


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Of one fulfilment line: how its SKU leaves the shelf, today at its site, and what its customer insists on."""

    strategy: str
    tracking: str
    today: date
    least_shelf_life_days: int


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A bin or a lot that somebody means to take from, empty where the rule decides; or just one place, by its ids."""

    bin: str = ""
    lot: str = ""
    place: tuple[int | None, int | None] | None = None

    def fits(self, place: Place) -> bool:
        if self.place is not None:
            return self.place == (place.bin_id, place.lot_id)
        return self.bin in ("", place.bin_code) and self.lot in ("", place.lot_code)


NO_WISH = Wish()


def rules(session: Session, line_ids: Collection[int]) -> dict[int, Rule]:
    now = clock.now()
    return {
        row.id: Rule(
            strategy=row.removal,
            tracking=row.tracking,
            today=now.astimezone(ZoneInfo(row.time_zone)).date(),
            least_shelf_life_days=row.least_shelf_life_days,
        )
        for row in bulk.pairs(session, RULES, sorted(set(line_ids)), [])
    }


def take(shelves: Shelves, key: Key, quantity: int, *, rule: Rule, wish: Wish = NO_WISH) -> Choice:
    """Choose by the rule among the places that are meant, and take it off; what is missing is left to the caller."""
    choice = choose(
        [place for place in shelves.at(key) if wish.fits(place)],
        quantity,
        strategy=rule.strategy,
        today=rule.today,
        least_shelf_life_days=rule.least_shelf_life_days,
    )
    for portion in choice.portions:
        shelves.put(key, replace(portion, quantity=-portion.quantity))
    return choice


def why_not(left_out: Mapping[Place, str]) -> str:
    """Each place that was passed over, with the reason."""
    return "; ".join(
        f"{place.quantity} in {place.bin_code or 'no bin'}: {reason}" for place, reason in left_out.items()
    )


RULES = """
SELECT l.id, k.removal, k.tracking, s.time_zone, coalesce(c.least_shelf_life_days, 0)::int AS least_shelf_life_days
  FROM fulfilment_lines l JOIN fulfilment_orders f ON f.id = l.fulfilment_order_id JOIN skus k ON k.id = l.sku_id
  JOIN sites s ON s.id = f.site_id JOIN orders o ON o.id = f.order_id LEFT JOIN customers c ON c.id = o.customer_id
 WHERE l.id = ANY(%(first)s::bigint[] || %(second)s::bigint[])
"""
