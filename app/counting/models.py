"""Tables of counts. What lies where is the inventory's; here stands what people saw and what was decided."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Base, BigId

NOT_NEGATIVE = "tolerance_units >= 0 AND tolerance_bp BETWEEN 0 AND 10000 AND approval_minor >= 0"


class CountSettings(Base):
    """The only row: ABC thresholds in hundredths of a per cent, and the rules of counts that follow no plan."""

    __tablename__ = "count_settings"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_row"),
        CheckConstraint("0 < class_a_bp AND class_a_bp < class_b_bp AND class_b_bp <= 10000", name="classes"),
        CheckConstraint(NOT_NEGATIVE, name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default="1")
    class_a_bp: Mapped[int]
    class_b_bp: Mapped[int]
    tolerance_units: Mapped[int]
    tolerance_bp: Mapped[int]
    approval_minor: Mapped[int]


class CountPlan(Base):
    """Every place of a class or a zone of a site, once in so many days."""

    __tablename__ = "count_plans"
    __table_args__ = (
        CheckConstraint("abc_class IN ('A', 'B', 'C')", name="abc_class"),
        CheckConstraint("every_days > 0 AND most_places > 0", name="positive"),
        CheckConstraint(NOT_NEGATIVE, name="not_negative"),
    )

    id: Mapped[BigId]
    site_id: Mapped[int]
    abc_class: Mapped[str | None]
    zone: Mapped[str | None]
    every_days: Mapped[int]
    most_places: Mapped[int]
    tolerance_units: Mapped[int] = mapped_column(server_default="0")
    tolerance_bp: Mapped[int] = mapped_column(server_default="0")
    approval_minor: Mapped[int]
    is_active: Mapped[bool] = mapped_column(server_default="true")
    version: Mapped[int] = mapped_column(server_default="1")


class Count(Base):
    """One round of counting at a site, with the rules as they were when it was planned."""

    __tablename__ = "counts"
    __table_args__ = (
        CheckConstraint("cause IN ('plan', 'short_pick', 'hand')", name="cause"),
        CheckConstraint(NOT_NEGATIVE, name="not_negative"),
        Index("ix_counts_open", "site_id", "id", postgresql_where=text("state NOT IN ('posted', 'cancelled')")),
        Index("ix_counts_posted", "closed_at", postgresql_where=text("state = 'posted'")),
    )

    id: Mapped[BigId]
    number: Mapped[str] = mapped_column(unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("count_plans.id"))
    cause: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="planned")
    tolerance_units: Mapped[int]
    tolerance_bp: Mapped[int]
    approval_minor: Mapped[int]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    event_sequence: Mapped[int] = mapped_column(server_default="0")


class CountPlace(Base):
    """Where the counter goes: a bin, or a SKU that lies in none. ``counter`` is whoever began it."""

    __tablename__ = "count_places"
    __table_args__ = (
        UniqueConstraint("count_id", "bin_id", "sku_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("(bin_id IS NULL) <> (sku_id IS NULL)", name="bin_or_sku"),
        Index("ix_count_places_bin", "bin_id", postgresql_where=text("bin_id IS NOT NULL")),
    )

    id: Mapped[BigId]
    count_id: Mapped[int] = mapped_column(ForeignKey("counts.id"))
    bin_id: Mapped[int | None] = mapped_column(ForeignKey("bins.id"))
    sku_id: Mapped[int | None]
    counter: Mapped[str] = mapped_column(server_default="")
    counted_at: Mapped[datetime | None]


class CountLine(Base):
    """What lies at one place: seen once, and where that is too far from the book, again by somebody else.

    ``expected`` is the book when the shelf was last counted, ``book`` when the count was handed in and ``moved`` what
    came and went between: ``book = expected + moved``, and ``variance`` is the count less ``expected``.
    """

    __tablename__ = "count_lines"
    __table_args__ = (
        UniqueConstraint("place_id", "sku_id", "lot_id", "condition", postgresql_nulls_not_distinct=True),
        CheckConstraint("counted >= 0 AND recounted >= 0", name="seen"),
        CheckConstraint("recounter IS NULL OR recounter <> counter", name="another_person"),
        CheckConstraint("(recounted IS NULL) = (recounter IS NULL)", name="recount"),
        CheckConstraint("book = expected + moved", name="reconciled"),
        Index("ix_count_lines_count", "count_id"),
    )

    id: Mapped[BigId]
    count_id: Mapped[int] = mapped_column(ForeignKey("counts.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("count_places.id"))
    sku_id: Mapped[int]
    bin_id: Mapped[int | None] = mapped_column(ForeignKey("bins.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lots.id"))
    condition: Mapped[str] = mapped_column(server_default="good")
    counted: Mapped[int]
    counter: Mapped[str]
    counted_at: Mapped[datetime]
    recounted: Mapped[int | None]
    recounter: Mapped[str | None]
    recounted_at: Mapped[datetime | None]
    expected: Mapped[int]
    seen_sequence: Mapped[int]
    book: Mapped[int | None]
    moved: Mapped[int | None]
    book_sequence: Mapped[int | None]
    variance: Mapped[int | None]
    cost_minor: Mapped[int | None]
    must_recount: Mapped[bool] = mapped_column(server_default="false")
    decision: Mapped[str] = mapped_column(server_default="open")


class CountSerial(Base):
    """A number of a line: the book had it there when that was last noted, somebody saw it, the second person did."""

    __tablename__ = "count_serials"
    __table_args__ = (UniqueConstraint("count_line_id", "code"),)

    id: Mapped[BigId]
    count_line_id: Mapped[int] = mapped_column(ForeignKey("count_lines.id", ondelete="CASCADE"))
    code: Mapped[str]
    is_expected: Mapped[bool]
    is_seen: Mapped[bool]
    is_seen_again: Mapped[bool]


class CountScan(Base):
    """A scan of a terminal counts once, however often the terminal sends it."""

    __tablename__ = "count_scans"

    count_id: Mapped[int] = mapped_column(ForeignKey("counts.id"), primary_key=True)
    client_scan_id: Mapped[str] = mapped_column(primary_key=True)


class CountDecision(Base):
    """Who approved, rejected or cancelled a count, and why: a person's words, which can be erased."""

    __tablename__ = "count_decisions"
    __table_args__ = (CheckConstraint("kind IN ('approved', 'rejected', 'cancelled')", name="kind"),)

    id: Mapped[BigId]
    count_id: Mapped[int] = mapped_column(ForeignKey("counts.id"), index=True)
    kind: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CountRequest(Base):
    """A SKU that should be looked at soon, since somebody found less of it than the book said."""

    __tablename__ = "count_requests"
    __table_args__ = (
        Index("uq_count_requests_open", "site_id", "sku_id", unique=True, postgresql_where=text("answered_at IS NULL")),
    )

    id: Mapped[BigId]
    site_id: Mapped[int]
    sku_id: Mapped[int]
    noted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    answered_at: Mapped[datetime | None]


class StockValue(Base):
    """What a site's goods were worth at cost when that month's last note was taken."""

    __tablename__ = "stock_values"

    month: Mapped[date] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value_minor: Mapped[int]
    noted_at: Mapped[datetime]
