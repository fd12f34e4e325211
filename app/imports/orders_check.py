"""What only the whole order file shows: orders that contradict themselves, products with two names."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.imports.rows import Repair
from app.imports.staging import add_repairs

# Facts of the order, not of the line: on every row they are the same, or left out.
ORDER_FACTS = {
    "placed_on": "another date",
    "customer_code": "another customer",
    "customer_name": "another customer name",
    "currency": "another currency",
    "country": "another country",
    "city": "another city",
    "postal_code": "another postal code",
}


def reject_contradictions(session: Session, import_id: int, headers: dict[str, str]) -> None:
    """An order number that stands for two different orders: all its rows are left out, and say why."""
    for name, words in ORDER_FACTS.items():
        session.execute(
            text(CONTRADICTION),
            {
                "import_id": import_id,
                "name": name,
                "column": headers.get(name, name),
                "message": f"other rows of this order name {words}: give each order its own number",
            },
        )


def reject_whole_orders(session: Session, import_id: int) -> None:
    """An order is taken in whole or not at all: where one row is left out, the others of that order are."""
    session.execute(text(WHOLE_ORDERS), {"import_id": import_id})


def choose_names(session: Session, import_id: int, header: str) -> int:
    """List the products with more than one name and the name chosen: the most frequent, at a tie the first."""
    rows = session.execute(text(NAMES), {"import_id": import_id}).all()
    repairs = [
        Repair(row.line, "name_chosen", header, f"{row.sku}: {row.name} ({row.times} rows)"[:200], row.chosen[:200])
        for row in rows
    ]
    add_repairs(session, import_id, repairs)
    return len({row.sku for row in rows})


def drop_repairs_of_rejected(session: Session, import_id: int) -> None:
    session.execute(
        text(
            "DELETE FROM import_repairs p USING import_rows r WHERE p.import_id = :import_id"
            " AND r.import_id = :import_id AND r.line = p.line AND r.reasons <> '[]'::jsonb"
        ),
        {"import_id": import_id},
    )


CONTRADICTION = """
WITH torn AS (
    SELECT key FROM import_rows WHERE import_id = :import_id AND reasons = '[]'::jsonb
     GROUP BY key HAVING count(DISTINCT nullif(content->>:name, '')) > 1)
UPDATE import_rows r
   SET reasons = jsonb_build_array(jsonb_build_object(
       'column', CAST(:column AS text), 'found', r.content->>:name, 'message', CAST(:message AS text)))
  FROM torn WHERE r.import_id = :import_id AND r.key = torn.key
"""

WHOLE_ORDERS = """
WITH broken AS (
    SELECT key, min(line) AS line FROM import_rows
     WHERE import_id = :import_id AND key <> '' AND reasons <> '[]'::jsonb GROUP BY key)
UPDATE import_rows r
   SET reasons = jsonb_build_array(jsonb_build_object('column', '', 'found', r.key, 'message',
       format('line %s of this order is left out, and an order is taken in whole: mend that line', broken.line)))
  FROM broken WHERE r.import_id = :import_id AND r.key = broken.key AND r.reasons = '[]'::jsonb
"""

COUNTED_NAMES = """
    SELECT content->>'sku' AS sku, content->>'product_name' AS name, count(*) AS times, min(line) AS line
      FROM import_rows
     WHERE import_id = :import_id AND reasons = '[]'::jsonb AND content->>'product_name' <> '' GROUP BY 1, 2
"""

NAMES = f"""
WITH counted AS ({COUNTED_NAMES}),
 ranked AS (
    SELECT *, row_number() OVER best AS place, first_value(name) OVER best AS chosen
      FROM counted WINDOW best AS (PARTITION BY sku ORDER BY times DESC, line))
SELECT sku, name, times, line, chosen FROM ranked WHERE place > 1 ORDER BY line
"""
