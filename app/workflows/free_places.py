"""What lies at a site and is in nobody's tote."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from app.fulfilment import held_picks
from app.inventory import places
from app.inventory.levels import Key
from app.inventory.places import Portion, Shelves
from app.inventory.values import GOOD


def free_places(session: Session, keys: Collection[Key]) -> Shelves:
    """The places of these levels less what is in totes and boxes already, which has no bin either.

    Who is going to write holds the locks of the levels.
    """
    wanted = set(keys)
    shelves = Shelves(places.of_levels(session, wanted))
    for (sku_id, site_id, lot_id), units in held_picks.loose(session, wanted).items():
        loose = [one for one in shelves.at((sku_id, site_id)) if one.bin_id is None and places.is_good(one)]
        there = sum(one.quantity for one in loose if one.lot_id == lot_id)
        taken = Portion(bin_id=None, lot_id=lot_id, condition=GOOD, quantity=-min(units, there))
        shelves.put((sku_id, site_id), taken)
    return shelves
