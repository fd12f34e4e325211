"""The one row that says who we are."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base


class Company(Base):
    __tablename__ = "company"
    __table_args__ = (CheckConstraint("id = 1", name="only_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default="1")
    name: Mapped[str]
    time_zone: Mapped[str]
    currency: Mapped[str]
    slip_sender: Mapped[str] = mapped_column(server_default="")
    mail_from: Mapped[str] = mapped_column(server_default="")
    logo_file_id: Mapped[int | None] = mapped_column(ForeignKey("files.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
