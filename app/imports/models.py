"""Tables of imports. Rows of orders are personal data: they go once taken in, the others after 90 days."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class Import(Base):
    """One file on its way in. States and moves stand in ``imports.states``; ``groups_done`` is where a batch begins."""

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint("kind IN ('orders', 'products', 'prices', 'stock', 'bins', 'counts')", name="kind"),
        CheckConstraint("format IN ('csv', 'xlsx')", name="format"),
        CheckConstraint("groups_done >= 0 AND groups_done <= groups_total", name="groups"),
        Index("ix_imports_sha256", "sha256"),
    )

    id: Mapped[BigId]
    kind: Mapped[str]
    format: Mapped[str] = mapped_column(server_default="csv")
    state: Mapped[str] = mapped_column(server_default="uploaded")
    file_name: Mapped[str]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    sha256: Mapped[str]
    size_bytes: Mapped[int]
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    headers: Mapped[list[str]] = mapped_column(JSONB)
    mapping: Mapped[dict[str, int]] = mapped_column(JSONB)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    tally: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    rows_total: Mapped[int] = mapped_column(server_default="0")
    rows_done: Mapped[int] = mapped_column(server_default="0")
    groups_total: Mapped[int] = mapped_column(server_default="0")
    groups_done: Mapped[int] = mapped_column(server_default="0")
    error: Mapped[str] = mapped_column(server_default="")
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    checked_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class ImportRow(Base):
    """A row of the file, waiting to be taken in, or rejected with its reasons. Rows of one order share a group.

    ``result`` is what taking it in does or did, empty for rows of orders: those are not kept once they are in.
    """

    __tablename__ = "import_rows"
    __table_args__ = (
        Index("ix_import_rows_group", "import_id", "group_number", "line"),
        Index("ix_import_rows_rejected", "import_id", "line", postgresql_where=text("reasons <> '[]'::jsonb")),
    )

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str]
    group_number: Mapped[int | None]
    cells: Mapped[list[str]] = mapped_column(JSONB)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    result: Mapped[str] = mapped_column(server_default="")
    said: Mapped[str] = mapped_column(server_default="")


class ImportRepair(Base):
    """What was put right on the way in, one by one: the line, the field, what stood there and what was read."""

    __tablename__ = "import_repairs"
    __table_args__ = (Index("ix_import_repairs_import", "import_id", "kind", "line"),)

    id: Mapped[BigId]
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    line: Mapped[int]
    kind: Mapped[str]
    field: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]


class ImportMapping(Base):
    """How files with these headers were matched the last time; offered again for the next one."""

    __tablename__ = "import_mappings"

    kind: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    mapping: Mapped[dict[str, int]] = mapped_column(JSONB)
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())
