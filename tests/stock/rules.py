"""What must hold after a step, in the words of the house."""

from sqlalchemy.orm import Session

from app.kernel.crypto import keyring
from app.workflows import verify_kits, verify_promises, verify_reservations, verify_stock, verify_transfers, verify_work
from app.workflows.verify_chains import broken_chains
from tests.stock.books import Balance, Books, Key
from tests.stock.model import GOOD, Model

KEYS = keyring("k" * 32)


def findings(session: Session) -> list[str]:
    """What ``flask verify`` would say of stock, chains and work."""
    checked = (verify_stock, verify_work, verify_kits, verify_reservations, verify_transfers, verify_promises)
    checks = [check for each in checked for check in each.CHECKS]
    return [*broken_chains(session, KEYS), *(sentence for check in checks for sentence in check.find(session))]


def balances(books: Books) -> None:
    """The identity of buckets, and that every unit of every line is somewhere."""
    for key, balance in books.levels.items():
        spots = books.spots.get(key, {})
        assert balance.on_hand == sum(spots.values())
        assert balance.unavailable == sum(units for spot, units in spots.items() if spot.condition != GOOD)
        assert balance.allocated == books.promised(key)
        assert balance.reserved == sum(units for (_, at), units in books.holds.items() if at == key)
        assert min(*balance, books.free(key)) >= 0
        assert books.picked(key) <= balance.allocated
    for id, line in books.lines.items():
        assert line.ordered == line.allocated + line.backordered + line.shipped + line.cancelled
        assert line.allocated == sum(units for (at, _), units in books.promises.items() if at == id)
        assert line.picked == sum(one.picked - one.shipped for one in books.work.values() if one.order_line_id == id)
    for one in books.work.values():
        assert one.held == one.picked - one.shipped


def same_places(books: Books, model: Model) -> None:
    for key in {*books.levels, *model.spots}:
        written, modelled = dict(books.spots.get(key, {})), dict(model.lying(key))
        assert written == modelled, f"{key}: {written} written, {modelled} by the model"


def promises_stay(before: Books, after: Books) -> None:
    assert after.promises == before.promises
    assert after.lines.keys() == before.lines.keys()


def promises_only_fall(before: Books, after: Books, lines: set[int]) -> None:
    """And of these lines alone."""
    for (line, key), units in before.promises.items():
        left = after.promises.get((line, key), 0)
        assert left <= units if line in lines else left == units
    assert not set(after.promises) - set(before.promises)


def all_that_was_free_is_promised(before: Books, after: Books, token: str = "") -> None:
    """A new order gets what is free over all sites and what its cart held, and waits for no more than is missing;
    others are left alone.
    """
    new = {id: line for id, line in after.lines.items() if id not in before.lines}
    for sku in {line.sku_id for line in new.values()}:
        asked = sum(line.ordered for line in new.values() if line.sku_id == sku)
        allocated = sum(line.allocated for line in new.values() if line.sku_id == sku)
        assert allocated == min(asked, before.to_be_had(sku, token))
    assert {at: units for at, units in after.promises.items() if at[0] in before.lines} == before.promises


def nobody_waits_for_what_is_free(books: Books) -> None:
    """What carts held too long is free once it is swept."""
    for sku in {sku for sku, _ in books.levels}:
        waiting = sum(line.backordered for line in books.lines.values() if line.sku_id == sku)
        assert not (waiting and sum(books.free(key) for key in books.levels if key[0] == sku))


def only_the_latest_gave_way(before: Books, after: Books, key: Key, lost: int) -> None:
    """A fact took ``lost`` sellable units of a level: what was free went first, then what carts held, then the latest
    promises that were not picked.
    """
    short = max(0, lost - before.free(key)) if lost > 0 else 0
    held = before.levels[key].reserved if key in before.levels else 0
    given = min(short, held)
    short -= given
    assert sum(units for (_, at), units in after.holds.items() if at == key) >= held - given
    unpicked = {
        line: sum(
            one.quantity - one.picked for one in before.work.values() if one.order_line_id == line and one.key == key
        )
        for (line, at) in before.promises
        if at == key
    }
    expected, left = {}, short
    for (line, at), units in before.promises.items():
        if at == key:
            taken = min(left, units, unpicked[line])
            left -= taken
            expected[line] = units - taken
    kept = {line: units for (line, at), units in after.promises.items() if at == key}
    assert left == 0
    assert {line: units for line, units in expected.items() if units} == kept
    assert after.levels.get(key, Balance(0, 0, 0, 0)).on_hand <= before.levels[key].on_hand
