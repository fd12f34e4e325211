"""Partitions, append-only ledgers and what the running role may do.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"

PARTITIONED = ("events", "stock_movements")
APPEND_ONLY = ("events", "stock_movements", "payment_entries", "routing_decisions", "chain_heads", "audit_entries")

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: write a compensating entry instead', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""

# Ids are drawn from a sequence, so the partitions ahead of it are the ones that will be needed.
ENSURE_PARTITIONS = """
CREATE FUNCTION ensure_partitions(parent text, ahead bigint DEFAULT 20000000, size bigint DEFAULT 10000000)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    made integer := 0;
    lower_bound bigint;
    reached bigint;
    child text;
BEGIN
    IF parent NOT IN ('events', 'stock_movements') THEN
        RAISE EXCEPTION '% is not partitioned', parent;
    END IF;
    EXECUTE format('SELECT coalesce(max(id), 0) FROM %I', parent) INTO reached;
    lower_bound := 0;
    WHILE lower_bound <= reached + ahead LOOP
        child := format('%s_%s', parent, lower_bound / size);
        IF to_regclass(child) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)',
                           child, parent, lower_bound, lower_bound + size);
            EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %I'
                           ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', child);
            made := made + 1;
        END IF;
        lower_bound := lower_bound + size;
    END LOOP;
    RETURN made;
END $$
"""

GRANTS = f"""
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'app') THEN
        RAISE EXCEPTION 'create the role "app" first: CREATE ROLE app LOGIN PASSWORD ...';
    END IF;
    GRANT USAGE ON SCHEMA public TO app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO app;
    REVOKE UPDATE, DELETE, TRUNCATE ON {", ".join(APPEND_ONLY)} FROM app;
    REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM app;
    REVOKE ALL ON FUNCTION ensure_partitions(text, bigint, bigint) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION ensure_partitions(text, bigint, bigint) TO app;
END $$
"""


def upgrade() -> None:
    op.execute("CREATE SEQUENCE order_numbers START WITH 100001")
    op.execute(REFUSE)
    op.execute(ENSURE_PARTITIONS)
    for table in APPEND_ONLY:
        _refuse_changes(table)
    for table in PARTITIONED:
        op.execute(f"SELECT ensure_partitions('{table}')")
    op.execute(GRANTS)


def _refuse_changes(table: str) -> None:
    # Row triggers of a partitioned table are copied to its partitions, statement triggers are not.
    level = "ROW" if table in PARTITIONED else "STATEMENT"
    op.execute(
        f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH {level} EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise NotImplementedError("guards are not taken off")
