"""A trigger of the test databases: at the end of each transaction, every stock level that it touched must agree.

Production compares with ``flask verify`` instead: there the sums would be worked out once per order.
"""

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection

AGREE = """
CREATE FUNCTION stock_must_agree() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    level stock_levels;
    lying bigint;
    unsellable bigint;
    promised bigint;
    held bigint;
    last record;
BEGIN
    SELECT * INTO level FROM stock_levels WHERE id = NEW.id;
    IF level.sequence IS DISTINCT FROM NEW.sequence THEN
        RETURN NULL;  -- changed again in this transaction: the last change is the one that is judged
    END IF;
    SELECT coalesce(sum(quantity), 0), coalesce(sum(quantity) FILTER (WHERE condition <> 'good'), 0)
      INTO lying, unsellable FROM bin_stock WHERE sku_id = level.sku_id AND site_id = level.site_id;
    SELECT coalesce(sum(quantity), 0) INTO promised FROM allocations WHERE stock_level_id = level.id;
    SELECT coalesce(sum(quantity), 0) INTO held FROM reservation_lines WHERE stock_level_id = level.id;
    SELECT sequence, chain INTO last FROM stock_movements WHERE stock_level_id = level.id
     ORDER BY sequence DESC LIMIT 1;
    IF (level.on_hand, level.unavailable, level.allocated, level.reserved) <> (lying, unsellable, promised, held)
       OR (level.sequence, level.chain) <> (coalesce(last.sequence, 0), coalesce(last.chain, ''::bytea)) THEN
        RAISE EXCEPTION 'stock level % does not agree: on hand % of which % unavailable, % allocated, % reserved,'
            ' % movements; lying % of which % unsellable, % promised, % held, last movement %', level.id, level.on_hand,
            level.unavailable, level.allocated, level.reserved, level.sequence, lying, unsellable, promised, held,
            last.sequence;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER stock_must_agree AFTER INSERT OR UPDATE ON stock_levels
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stock_must_agree()
"""


def watch(owner_url: str) -> None:
    with psycopg.connect(owner_url.replace("+psycopg", "")) as connection:
        connection.execute(AGREE)


def look_away(owner_url: str) -> None:
    """For a test that breaks the rules on purpose."""
    with psycopg.connect(owner_url.replace("+psycopg", "")) as connection:
        connection.execute("DROP TRIGGER stock_must_agree ON stock_levels")


def judge_now(connection: Connection) -> None:
    """What a test that is rolled back would never hear, unless it ended in an error of the database."""
    driver = connection.connection.driver_connection
    if driver is not None and driver.info.transaction_status == TransactionStatus.INTRANS:
        connection.exec_driver_sql("SET CONSTRAINTS stock_must_agree IMMEDIATE")
