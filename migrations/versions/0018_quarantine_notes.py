"""What somebody writes about a decision stands where it can be erased, no longer in the append-only table.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

# Hosts that still run the version before go on writing into the act: their words are put where they belong.
KEEP_APART = """
CREATE FUNCTION keep_note_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO quarantine_notes (act_id, body) VALUES (NEW.id, NEW.note);
    NEW.note := '';
    RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER keep_note_apart BEFORE INSERT ON quarantine_acts
   FOR EACH ROW WHEN (NEW.note <> '') EXECUTE FUNCTION keep_note_apart()
"""
CARRY_OVER = (
    "LOCK TABLE quarantine_acts IN SHARE ROW EXCLUSIVE MODE",
    "INSERT INTO quarantine_notes (act_id, body) SELECT id, note FROM quarantine_acts WHERE note <> '' ORDER BY id",
    "ALTER TABLE quarantine_acts DISABLE TRIGGER refuse_change",
    "UPDATE quarantine_acts SET note = '' WHERE note <> ''",
    "ALTER TABLE quarantine_acts ENABLE TRIGGER refuse_change",
    "ALTER TABLE quarantine_acts ADD CONSTRAINT ck_quarantine_acts_note CHECK (note = '')",
)


def upgrade() -> None:
    """In one transaction, for which decisions wait: nobody can change a past one meanwhile."""
    act = sa.ForeignKey(
        "quarantine_acts.id", name=op.f("fk_quarantine_notes_act_id"), deferrable=True, initially="DEFERRED"
    )
    op.create_table(
        "quarantine_notes",
        sa.Column("act_id", sa.BigInteger(), act, autoincrement=False, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("act_id", name=op.f("pk_quarantine_notes")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON quarantine_notes TO app")
    op.execute("GRANT USAGE ON SEQUENCE quarantine_acts_id_seq TO app")
    for statement in CARRY_OVER:
        op.execute(statement)
    op.execute(KEEP_APART)
    op.execute(TRIGGER)


def downgrade() -> None:
    raise NotImplementedError("words that can be erased are not put back into a ledger")
