"""Table of exports."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class Export(Base):
    """One file on its way out. ``filters`` are what the list showed; the file goes after a week, the row stays."""

    __tablename__ = "exports"
    __table_args__ = (CheckConstraint("format IN ('csv', 'xlsx')", name="format"),)

    id: Mapped[BigId]
    kind: Mapped[str]
    format: Mapped[str]
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    state: Mapped[str] = mapped_column(server_default="waiting")
    rows_total: Mapped[int] = mapped_column(server_default="0")
    rows_done: Mapped[int] = mapped_column(server_default="0")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    error: Mapped[str] = mapped_column(server_default="")
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
