"""Files of more kinds come in, as CSV or XLSX, each row with its result; and files go out.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"

KINDS = "kind IN ('orders', 'products', 'prices', 'stock', 'bins', 'counts')"
FORMER_KINDS = "kind IN ('orders', 'stock', 'products')"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_imports_kind"), "imports")
    op.create_check_constraint(op.f("ck_imports_kind"), "imports", KINDS)
    op.add_column("imports", sa.Column("format", sa.String(), server_default="csv", nullable=False))
    op.create_check_constraint(op.f("ck_imports_format"), "imports", "format IN ('csv', 'xlsx')")
    op.add_column("import_rows", sa.Column("result", sa.String(), server_default="", nullable=False))
    op.add_column("import_rows", sa.Column("said", sa.String(), server_default="", nullable=False))
    op.create_table(
        "exports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("filters", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("rows_total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rows_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("file_id", sa.BigInteger(), sa.ForeignKey("files.id", name=op.f("fk_exports_file_id"))),
        sa.Column("error", sa.String(), server_default="", nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("format IN ('csv', 'xlsx')", name=op.f("ck_exports_format")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON exports TO app")


def downgrade() -> None:
    op.drop_table("exports")
    op.drop_column("import_rows", "said")
    op.drop_column("import_rows", "result")
    op.drop_constraint(op.f("ck_imports_format"), "imports")
    op.drop_column("imports", "format")
    op.drop_constraint(op.f("ck_imports_kind"), "imports")
    op.create_check_constraint(op.f("ck_imports_kind"), "imports", FORMER_KINDS)
