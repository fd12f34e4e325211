"""Damage to stock that somebody with the owner's password could do, one statement each, and who must notice.

python -m tests.faults.stock_faults OWNER_DATABASE_URL FAULT   plants one; without a fault they are listed.
"""

import sys
from dataclasses import dataclass

import psycopg

GUARDED = (
    "stock_levels",
    "stock_movements",
    "chain_heads",
    "skus",
    "kit_components",
)
LEVEL = "(SELECT min(l.id) FROM stock_levels l WHERE l.on_hand > 2 AND l.allocated > 0 AND l.unavailable > 0)"
MOVED = f"(SELECT min(id) FROM stock_movements WHERE stock_level_id = {LEVEL} AND sequence > 1)"
LINK = (
    "stock_level_id, sequence, on_hand, allocated, reserved, unavailable, bin_id, lot_id, condition, reason,"
    " reference_type, reference_id, actor, request_id, occurred_at, chain"
)
SHELF = "(SELECT min(id) FROM bin_stock WHERE bin_id IS NOT NULL AND lot_id IS NULL AND quantity > 1)"
IN_LOT = "(SELECT min(id) FROM bin_stock WHERE lot_id IS NOT NULL AND quantity > 1)"
PROMISE = "(SELECT min(id) FROM allocations)"


@dataclass(frozen=True)
class Fault:
    """``sql`` does it; the check of this name must say a sentence with ``says`` in it."""

    sql: str
    check: str
    says: str


BALANCES = {
    "more_on_hand": Fault(f"UPDATE stock_levels SET on_hand = on_hand + 1 WHERE id = {LEVEL}", "stock balances", "sum"),
    "more_allocated": Fault(
        f"UPDATE stock_levels SET allocated = allocated + 1, on_hand = on_hand + 1 WHERE id = {LEVEL}",
        "promises by stock level",
        "allocated, but order lines are promised",
    ),
    "more_reserved": Fault(
        f"UPDATE stock_levels SET reserved = reserved + 1 WHERE id = {LEVEL}", "stock balances", "reserved 1"
    ),
    "less_unavailable": Fault(
        f"UPDATE stock_levels SET unavailable = unavailable - 1 WHERE id = {LEVEL}",
        "conditions against unavailable",
        "lie there in a condition that is not sold",
    ),
    "less_on_hand": Fault(
        f"UPDATE stock_levels SET on_hand = on_hand - 1, unavailable = unavailable - 1 WHERE id = {LEVEL}",
        "bins against on hand",
        "bins and lots hold",
    ),
}

LEDGER = {
    "changed_quantity": Fault(
        f"UPDATE stock_movements SET on_hand = on_hand + 1 WHERE id = {MOVED}", "stock chains", "was changed"
    ),
    "changed_reason": Fault(
        f"UPDATE stock_movements SET reason = 'gift' WHERE id = {MOVED}", "stock chains", "was changed"
    ),
    "changed_author": Fault(
        f"UPDATE stock_movements SET actor = 'user:7' WHERE id = {MOVED}", "stock chains", "was changed"
    ),
    "changed_time": Fault(
        f"UPDATE stock_movements SET occurred_at = occurred_at - interval '1 day' WHERE id = {MOVED}",
        "stock chains",
        "was changed",
    ),
    "changed_cause": Fault(
        f"UPDATE stock_movements SET reference_id = reference_id + 1 WHERE id = {MOVED}", "stock chains", "was changed"
    ),
    "changed_place": Fault(
        "UPDATE stock_movements SET bin_id = NULL WHERE id = (SELECT min(id) FROM stock_movements"
        " WHERE bin_id IS NOT NULL)",
        "bins and lots",
        "the movements sum to",
    ),
    "deleted_movement": Fault(f"DELETE FROM stock_movements WHERE id = {MOVED}", "stock chains", "comes number 3"),
    "repeated_movement": Fault(
        f"INSERT INTO stock_movements ({LINK}) SELECT {LINK} FROM stock_movements WHERE id = {MOVED}",
        "stock chains",
        "after movement number 2 comes number 2",
    ),
    "movement_of_another": Fault(
        "UPDATE stock_movements SET stock_level_id = (SELECT max(id) FROM stock_levels) WHERE id = (SELECT max(id)"
        f" FROM stock_movements WHERE stock_level_id = {LEVEL})",
        "stock chains",
        "counts",
    ),
    "movement_of_nothing": Fault(
        "INSERT INTO stock_movements (stock_level_id, sequence, on_hand, allocated, reserved, unavailable, condition,"
        " reason, reference_type, reference_id, actor, request_id, occurred_at, chain)"
        " VALUES (999999, 1, 1, 0, 0, 0, 'good', 'found', 'test', 0, '', '', now(), 'x')",
        "movements without a stock level",
        "stock level 999999 is gone",
    ),
}

CHAIN = {
    "another_hash": Fault(
        f"UPDATE stock_movements SET chain = sha256(chain) WHERE id = {MOVED}", "stock chains", "its hash does not fit"
    ),
    "another_end": Fault(
        f"UPDATE stock_levels SET chain = sha256(chain) WHERE id = {LEVEL}",
        "stock chains",
        "does not hold the hash of its last movement",
    ),
    "longer_count": Fault(
        f"UPDATE stock_levels SET sequence = sequence + 1 WHERE id = {LEVEL}", "stock chains", "the last that stands is"
    ),
    "another_digest": Fault(
        "UPDATE chain_heads SET digest = sha256(digest)", "stock chains", "was not signed with a key of ours"
    ),
    "another_signature": Fault(
        "UPDATE chain_heads SET signature = sha256(signature)", "stock chains", "was not signed with a key of ours"
    ),
    "moved_head": Fault(
        "UPDATE chain_heads SET as_of = as_of - interval '1 hour'", "stock chains", "was not signed with a key of ours"
    ),
}

PLACES = {
    "more_on_a_shelf": Fault(
        f"UPDATE bin_stock SET quantity = quantity + 1 WHERE id = {SHELF}", "bins against on hand", "bins and lots hold"
    ),
    "another_shelf": Fault(
        "UPDATE bin_stock SET bin_id = (SELECT max(id) FROM bins WHERE site_id = bin_stock.site_id)"
        " WHERE id = (SELECT min(id) FROM bin_stock WHERE bin_id IS NOT NULL AND quantity > 0)",
        "bins and lots",
        "units are written there",
    ),
    "shelf_of_another_site": Fault(
        "UPDATE bin_stock SET bin_id = (SELECT max(id) FROM bins WHERE site_id <> bin_stock.site_id)"
        f" WHERE id = {SHELF}",
        "places of the right site and goods",
        "lies in a bin of another site",
    ),
    "another_lot": Fault(f"UPDATE bin_stock SET lot_id = NULL WHERE id = {IN_LOT}", "bins and lots", "no lot"),
    "lot_of_other_goods": Fault(
        "UPDATE lots SET sku_id = (SELECT max(id) FROM skus)"
        f" WHERE id = (SELECT lot_id FROM bin_stock WHERE id = {IN_LOT})",
        "places of the right site and goods",
        "is of a lot of other goods",
    ),
    "mended_by_pen": Fault(
        "UPDATE bin_stock SET condition = 'quarantine' WHERE condition = 'damaged'", "bins and lots", "damaged: 0 units"
    ),
    "sold_though_damaged": Fault(
        "WITH gone AS (DELETE FROM bin_stock WHERE condition = 'damaged' AND bin_id IS NULL RETURNING *)"
        " UPDATE bin_stock g SET quantity = g.quantity + gone.quantity FROM gone WHERE g.sku_id = gone.sku_id"
        " AND g.site_id = gone.site_id AND g.bin_id IS NULL AND g.lot_id IS NULL AND g.condition = 'good'",
        "conditions against unavailable",
        "lie there in a condition",
    ),
    "forgotten_tote": Fault("DELETE FROM held_picks", "picked units in totes", "but 0 are kept as lying in totes"),
    "fuller_tote": Fault("UPDATE held_picks SET quantity = quantity + 1", "picked units in totes", "are kept as lying"),
}

PROMISES = {
    "forgotten_promise": Fault(
        f"DELETE FROM allocations WHERE id = {PROMISE}", "promises by order line", "are promised to it"
    ),
    "larger_promise": Fault(
        f"UPDATE allocations SET quantity = quantity + 1 WHERE id = {PROMISE}", "promises by stock level", "promised"
    ),
    "promise_of_other_goods": Fault(
        "UPDATE allocations a SET stock_level_id = (SELECT max(l.id) FROM stock_levels l JOIN stock_levels mine"
        f" ON mine.id = a.stock_level_id AND l.sku_id <> mine.sku_id) WHERE id = {PROMISE}",
        "promises of the right goods",
        "which asks for",
    ),
    "promise_to_another": Fault(
        "UPDATE allocations SET order_id = (SELECT max(id) FROM orders WHERE id <> allocations.order_id)"
        f" WHERE id = {PROMISE}",
        "promises of the right goods",
        "or is another's",
    ),
}

CASES = {
    "case_of_another_number": Fault(
        "UPDATE quarantine_cases SET serial_id = (SELECT max(id) FROM serials) WHERE serial_id IS NOT NULL",
        "numbers of cases",
        "number N-2 of TEA-3 should lie at RNO1, quarantine, but is in_stock at RNO1, good",
    ),
}

HOLDS = {
    "forgotten_hold": Fault(
        "DELETE FROM reservation_lines", "reservations by stock level", "but carts and quotes hold 0"
    ),
    "larger_hold": Fault(
        "UPDATE reservation_lines SET quantity = quantity + 1",
        "reservations by stock level",
        "but carts and quotes hold 3",
    ),
    "hold_of_other_goods": Fault(
        "UPDATE reservation_lines SET stock_level_id = (SELECT max(id) FROM stock_levels)",
        "reservations by stock level",
        "0 reserved, but carts and quotes hold 2",
    ),
    "hold_of_nothing": Fault("DELETE FROM reservation_lines", "reservations of nothing", "of cart holds nothing"),
    "hold_for_ever": Fault(
        "UPDATE reservations SET expires_at = now() - interval '2 days'",
        "reservations that have run out",
        "and was never ended",
    ),
}

KIT = "kit_position IS NOT NULL AND sku_code = 'TEA-2'"
KITS = {
    "kit_of_nothing": Fault("DELETE FROM kit_components", "contents of kits", "SET-1 is a kit of nothing"),
    "kit_in_a_kit": Fault(
        "UPDATE skus SET is_kit = true WHERE code = 'TEA-2'", "contents of kits", "TEA-2 is part of a kit and a kit"
    ),
    "kit_no_more": Fault(
        "UPDATE skus SET is_kit = false WHERE is_kit", "contents of kits", "has components, but is no kit"
    ),
    "kit_on_a_shelf": Fault(
        "INSERT INTO stock_levels (sku_id, site_id) SELECT s.id, t.id FROM skus s, sites t"
        " WHERE s.code = 'SET-1' AND t.code = 'CMH1'",
        "kits without stock",
        "SET-1 is a kit, but has a stock level at CMH1",
    ),
    "part_of_a_kit_cancelled": Fault(
        f"UPDATE order_lines SET cancelled = cancelled + 2, allocated = allocated - 2 WHERE {KIT}",
        "whole kits",
        "and of 0 to 1 cancelled ones",
    ),
    "more_of_one_part": Fault(
        f"UPDATE order_lines SET kit_quantity = 4, ordered = 8, allocated = 8 WHERE {KIT}",
        "whole kits",
        "its parts are of 2 to 4 kits",
    ),
}

RULES = {
    "safety_stock_without_a_rule": Fault(
        f"UPDATE stock_levels SET safety_stock = safety_stock + 3 WHERE id = {LEVEL}",
        "safety stock against the rules",
        "keeps back 3, the rules say 0",
    ),
    "rule_that_nobody_followed": Fault(
        "INSERT INTO stock_rules (kind, units, changed_by) VALUES ('safety', 2, 'nobody')",
        "safety stock against the rules",
        "the rules say 2",
    ),
    "day_written_over": Fault(
        f"UPDATE stock_days SET shipped = shipped + 1 WHERE stock_level_id = {LEVEL}", "stock by day", "reports have"
    ),
    "forgotten_day": Fault(
        f"DELETE FROM stock_days WHERE stock_level_id = {LEVEL}", "stock as its days know it", "its days come to 0"
    ),
    "alert_that_should_be_over": Fault(
        "UPDATE stock_alerts SET free = free + 1000", "states of stock alerts", "ends at"
    ),
    "alert_of_other_figures": Fault(
        "UPDATE stock_alerts SET free = free - 1", "figures of stock alerts", "free after movement"
    ),
}

FAULTS = {**BALANCES, **LEDGER, **CHAIN, **PLACES, **CASES, **PROMISES, **HOLDS, **KITS, **RULES}


def plant(connection: psycopg.Connection[tuple[object, ...]], fault: str) -> int:
    """Answers how many rows were damaged."""
    for table in GUARDED:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    damaged = connection.execute(FAULTS[fault].sql).rowcount
    for table in GUARDED:
        connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return damaged


if __name__ == "__main__":
    if len(sys.argv) < 3:
        print("\n".join(FAULTS))
    else:
        with psycopg.connect(sys.argv[1].replace("+psycopg", "")) as opened:
            print(f"{plant(opened, sys.argv[2])} rows damaged")
