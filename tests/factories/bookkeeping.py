"""Everything that placing orders writes, without ids and times: orders are told by the order of their placing."""

import json
from typing import Any

from sqlalchemy import Connection, text

ORDERS = "o AS (SELECT id, number, row_number() OVER (ORDER BY id) AS n FROM orders)"
LINES = "l AS (SELECT x.id, o.n, x.position FROM order_lines x JOIN o ON o.id = x.order_id)"
LEVELS = (
    "s AS (SELECT x.id, k.code || ' at ' || p.code AS level FROM stock_levels x"
    " JOIN skus k ON k.id = x.sku_id JOIN sites p ON p.id = x.site_id)"
)
PARKED = "e AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM intake_exceptions)"
TIMES = "placed_at,recorded_at,created_at,written_at,occurred_at,decided_at,reserved_at,allocated_at"
OURS = "id,order_id,order_line_id,stock_level_id,fulfilment_order_id,customer_id,number,tracking_key,reference_id,chain"
ROW = f"to_jsonb(x) - CAST(string_to_array('{OURS},{TIMES}', ',') AS text[])"

TABLES = {
    "orders": f"SELECT o.n, c.email, {ROW} FROM orders x JOIN o USING (id)"
    " LEFT JOIN customers c ON c.id = x.customer_id",
    "customers": f"SELECT {ROW} FROM customers x",
    "contacts": f"SELECT o.n, {ROW} FROM order_contacts x JOIN o ON o.id = x.order_id",
    "lines": f"SELECT o.n, {ROW} FROM order_lines x JOIN o ON o.id = x.order_id",
    "holds": f"SELECT o.n, {ROW} FROM holds x JOIN o ON o.id = x.order_id",
    "notes": f"SELECT o.n, {ROW} FROM order_notes x JOIN o ON o.id = x.order_id",
    "payloads": f"SELECT o.n, {ROW} FROM intake_payloads x JOIN o ON o.id = x.order_id",
    "levels": f"SELECT s.level, {ROW} - 'event_sequence' FROM stock_levels x JOIN s USING (id)",
    "movements": f"SELECT s.level, l.n, l.position, {ROW} FROM stock_movements x JOIN s ON s.id = x.stock_level_id"
    " LEFT JOIN l ON l.id = x.reference_id AND x.reference_type = 'order_line'",
    "promises": f"SELECT s.level, l.n, l.position, {ROW} FROM allocations x JOIN s ON s.id = x.stock_level_id"
    " JOIN l ON l.id = x.order_line_id",
    "work": f"SELECT o.n, {ROW} FROM fulfilment_orders x JOIN o ON o.id = x.order_id",
    "work lines": f"SELECT l.n, l.position, f.part, {ROW} FROM fulfilment_lines x JOIN l ON l.id = x.order_line_id"
    " JOIN fulfilment_orders f ON f.id = x.fulfilment_order_id",
    "exceptions": f"SELECT e.n, {ROW} FROM intake_exceptions x JOIN e USING (id)",
    "events": f"SELECT o.n, x.sequence, {ROW} - 'txid' - 'position' - 'subject_id' #- '{{payload,order_id}}'"
    " #- '{payload,number}' #- '{payload,decision_id}' FROM events x JOIN o ON o.id = x.subject_id"
    " WHERE x.subject_type = 'orders'",
    "keys": "SELECT x.scope, x.key, x.request_hash, x.status_code, o.n, e.n,"
    " x.answer - CAST('{order_id,number,tracking_key,exception_id}' AS text[]) FROM idempotency_keys x"
    " LEFT JOIN o ON o.id = CAST(x.answer->>'order_id' AS bigint)"
    " LEFT JOIN e ON e.id = CAST(x.answer->>'exception_id' AS bigint)",
}
DECISIONS = (
    "SELECT o.n, x.cause, x.rules_version, x.inputs, x.outcome FROM routing_decisions x JOIN o ON o.id = x.order_id"
)


def books(connection: Connection) -> dict[str, list[Any]]:
    """Each table's rows, sorted; line ids inside a decision are told as order and position."""
    written = {name: sorted(map(_told, _rows(connection, statement))) for name, statement in TABLES.items()}
    names = {row.id: f"{row.n}.{row.position}" for row in _rows(connection, "SELECT id, n, position FROM l")}
    decided = [
        (row.n, row.cause, row.rules_version, _inputs(row.inputs, names), _outcome(row.outcome, names))
        for row in _rows(connection, DECISIONS)
    ]
    return {**written, "decisions": sorted(decided)}


def order_places(connection: Connection) -> dict[int, int]:
    """The place of each order by its id."""
    return {row.id: row.n for row in _rows(connection, "SELECT id, n FROM o")}


def _rows(connection: Connection, statement: str) -> list[Any]:
    return list(connection.execute(text(f"WITH {ORDERS}, {LINES}, {LEVELS}, {PARKED} {statement}")).all())


def _told(row: Any) -> str:
    return repr(tuple(sorted(part.items()) if isinstance(part, dict) else part for part in row))


def _inputs(data: bytes, names: dict[int, str]) -> str:
    told = json.loads(data)
    told["needs"] = [[names[line], *rest] for line, *rest in told["needs"]]
    return json.dumps(told, sort_keys=True)


def _outcome(data: bytes, names: dict[int, str]) -> str:
    told = json.loads(data)
    told["parts"] = [[site, [[names[line], *rest] for line, *rest in part]] for site, part in told["parts"]]
    told["backordered"] = [[names[line], units] for line, units in told["backordered"]]
    return json.dumps(told, sort_keys=True)
