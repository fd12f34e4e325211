"""Tables of channels."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId


class Channel(Base):
    """``payment_condition`` must hold before an order is confirmed: none, paid, or cod (paid, or cash on delivery)."""

    __tablename__ = "channels"
    __table_args__ = (CheckConstraint("payment_condition IN ('none', 'paid', 'cod')", name="payment_condition"),)

    id: Mapped[BigId]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    price_list_id: Mapped[int | None] = mapped_column(ForeignKey("price_lists.id"))
    backorders_allowed: Mapped[bool] = mapped_column(server_default="true")
    payment_condition: Mapped[str] = mapped_column(server_default="none")
    is_active: Mapped[bool] = mapped_column(server_default="true")
