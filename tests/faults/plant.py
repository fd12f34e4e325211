"""Damage the books of a database on purpose, as somebody with the owner's password could.

python -m tests.faults.plant OWNER_DATABASE_URL FAULT
"""

import sys
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.rows import dict_row

from app.inventory.chain import Link, extend

Connection = psycopg.Connection[dict[str, Any]]
LEDGERS = ("stock_movements", "events", "payment_entries", "routing_decisions", "stock_levels")
LINK = list(Link.__dataclass_fields__)


def plant(url: str, fault: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), row_factory=dict_row) as connection:
        guard(connection, "DISABLE")
        FAULTS[fault](connection)
        guard(connection, "ENABLE")


def guard(connection: Connection, verb: str) -> None:
    for ledger in LEDGERS:
        connection.execute(f"ALTER TABLE {ledger} {verb} TRIGGER USER")


def changed_balance(connection: Connection) -> None:
    connection.execute("UPDATE stock_levels SET on_hand = on_hand + 1 WHERE id = %s", [busy_level(connection)["id"]])


def deleted_last_movement(connection: Connection) -> None:
    level = busy_level(connection)
    connection.execute(
        "DELETE FROM stock_movements WHERE stock_level_id = %s AND sequence = %s", [level["id"], level["sequence"]]
    )


def movement_and_balance(connection: Connection) -> None:
    """Five units more in the first movement, the balance and the bin: all sums agree."""
    level = busy_level(connection)
    connection.execute(
        "UPDATE stock_movements SET on_hand = on_hand + 5 WHERE stock_level_id = %s AND sequence = 1", [level["id"]]
    )
    connection.execute("UPDATE stock_levels SET on_hand = on_hand + 5 WHERE id = %s", [level["id"]])
    put_in_bin(connection, level, 5)


def rewritten_chain(connection: Connection) -> None:
    """As above, and every hash made again: only the signed head knows."""
    movement_and_balance(connection)
    rehash(connection, busy_level(connection)["id"])


def cut_tail(connection: Connection) -> None:
    """The newest movement of a level is gone, and everything else was brought in line with that."""
    level = busy_level(connection)
    last = connection.execute(
        "DELETE FROM stock_movements WHERE stock_level_id = %s AND sequence = %s RETURNING *",
        [level["id"], level["sequence"]],
    ).fetchone()
    assert last is not None
    connection.execute(
        "UPDATE stock_levels SET sequence = sequence - 1, on_hand = on_hand - %(on_hand)s,"
        " allocated = allocated - %(allocated)s, unavailable = unavailable - %(unavailable)s WHERE id = %(level)s",
        {**last, "level": level["id"]},
    )
    put_in_bin(connection, level, -last["on_hand"])
    rehash(connection, level["id"])


def stored_status(connection: Connection) -> None:
    connection.execute("UPDATE orders SET status = 'delivered' WHERE id = (SELECT min(id) FROM orders)")


def swapped_lots(connection: Connection) -> None:
    """Two lots change places; on hand and every sum stay what they were."""
    connection.execute(
        "UPDATE bin_stock b SET quantity = other.quantity FROM bin_stock other"
        " WHERE b.lot_id IS NOT NULL AND other.lot_id IS NOT NULL AND b.id <> other.id AND b.sku_id = other.sku_id"
    )


def forgotten_promise(connection: Connection) -> None:
    connection.execute("DELETE FROM allocations WHERE id = (SELECT min(id) FROM allocations)")


def invented_payment(connection: Connection) -> None:
    connection.execute(
        "UPDATE orders SET paid_minor = paid_minor + 100, payment_status = 'overpaid'"
        " WHERE id = (SELECT min(order_id) FROM payment_entries)"
    )


def deleted_event(connection: Connection) -> None:
    connection.execute(
        "DELETE FROM events WHERE id = (SELECT min(id) FROM events WHERE subject_type = 'orders' AND sequence = 1)"
    )


def cheaper_line(connection: Connection) -> None:
    connection.execute(
        "UPDATE order_lines SET total_minor = total_minor - 1 WHERE id = (SELECT min(id) FROM order_lines)"
    )


def line_of_nothing(connection: Connection) -> None:
    connection.execute("UPDATE order_lines SET sku_id = 999 WHERE id = (SELECT min(id) FROM order_lines)")


def enlarged_work(connection: Connection) -> None:
    connection.execute(
        "UPDATE fulfilment_lines SET quantity = quantity + 1 WHERE id = (SELECT min(id) FROM fulfilment_lines)"
    )


def forgotten_pick(connection: Connection) -> None:
    connection.execute(
        "UPDATE fulfilment_orders SET state = 'picking' WHERE id = (SELECT min(id) FROM fulfilment_orders)"
    )


def another_decision(connection: Connection) -> None:
    """The first order went where the last one went."""
    connection.execute(
        "UPDATE routing_decisions SET outcome = (SELECT outcome FROM routing_decisions ORDER BY id DESC LIMIT 1)"
        " WHERE id = (SELECT min(id) FROM routing_decisions)"
    )


FAULTS: dict[str, Callable[[Connection], None]] = {
    each.__name__: each
    for each in (
        *(changed_balance, deleted_last_movement, movement_and_balance, rewritten_chain, cut_tail, stored_status),
        *(
            swapped_lots,
            forgotten_promise,
            another_decision,
            invented_payment,
            deleted_event,
            cheaper_line,
            line_of_nothing,
            enlarged_work,
            forgotten_pick,
        ),
    )
}


def busy_level(connection: Connection) -> dict[str, Any]:
    """The level with the most movements."""
    level = connection.execute("SELECT * FROM stock_levels ORDER BY sequence DESC, id LIMIT 1").fetchone()
    assert level is not None
    return level


def put_in_bin(connection: Connection, level: dict[str, Any], units: int) -> None:
    connection.execute(
        "UPDATE bin_stock SET quantity = quantity + %s WHERE id ="
        " (SELECT min(id) FROM bin_stock WHERE sku_id = %s AND site_id = %s)",
        [units, level["sku_id"], level["site_id"]],
    )


def rehash(connection: Connection, level_id: int) -> None:
    chain = b""
    rows = connection.execute(
        "SELECT * FROM stock_movements WHERE stock_level_id = %s ORDER BY sequence", [level_id]
    ).fetchall()
    for row in rows:
        chain = extend(chain, Link(**{name: row[name] for name in LINK}))
        connection.execute("UPDATE stock_movements SET chain = %s WHERE id = %s", [chain, row["id"]])
    connection.execute("UPDATE stock_levels SET chain = %s WHERE id = %s", [chain, level_id])


if __name__ == "__main__":
    plant(*sys.argv[1:])
