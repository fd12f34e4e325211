"""The dry run: every row is read, judged and counted; nothing is taken in."""

from dataclasses import dataclass
from datetime import date
from typing import BinaryIO
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.imports import lifecycle, mapping, order_rows, orders_check, product_rows, staging, stock_rows
from app.imports import options as import_options
from app.imports.errors import UnreadableFile
from app.imports.models import Import
from app.imports.reading import Layout, layout_of, rows
from app.imports.rows import Plan
from app.imports.survey import Survey, survey
from app.kernel import clock
from app.kernel.errors import Invalid
from app.workflows.count_import import count_import

READERS = {"orders": order_rows.read, "stock": stock_rows.read, "products": product_rows.read}


@dataclass(frozen=True, kw_only=True)
class Home:
    """What a file leaves out is read as at home."""

    currency: str
    country: str
    time_zone: str

    @property
    def today(self) -> date:
        return clock.now().astimezone(ZoneInfo(self.time_zone)).date()


def ask_for_check(
    session: Session, import_id: int, *, columns: dict[str, int], options: import_options.Options
) -> None:
    """Settle columns and options; the check itself takes as long as the file is long. Raises UnmatchedColumns."""
    row = lifecycle.lock(session, import_id)
    mapping.judge(row.kind, columns, row.headers)
    mapping.remember(session, row.kind, row.headers, mapping=columns)
    lifecycle.move(session, row, "check", mapping=dict(columns), options=options.to_json(), error="")


def check_import(session: Session, import_id: int, stream: BinaryIO) -> None:
    """Read the whole file into rows that wait, and count what taking them in would do. A hopeless file fails."""
    row = lifecycle.lock(session, import_id)
    if row.state != "checking":
        return
    try:
        with session.begin_nested():
            _read(session, row, stream)
    except UnreadableFile as error:
        lifecycle.move(session, row, "fail", error=str(error))


def home(session: Session) -> Home:
    """Raises Invalid before the company is set up."""
    company = session.execute(text("SELECT currency, time_zone FROM company")).one_or_none()
    if company is None:
        raise Invalid([("company", "the company is not set up yet: do that first")])
    country = session.execute(
        text("SELECT country FROM sites WHERE is_active GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
    ).scalar()
    return Home(currency=company.currency, country=country or "", time_zone=company.time_zone)


def _read(session: Session, row: Import, stream: BinaryIO) -> None:
    layout = layout_of(stream)
    found = survey(rows(stream, layout), row.mapping, row.kind)
    plan = _plan(session, row, layout, found)
    reader = READERS[row.kind]
    staging.stage(session, row.id, (reader(record, plan) for record in rows(stream, layout)))
    with staging.hash_joins(session):
        if row.kind == "orders":
            _judge_orders(session, row)
        groups = staging.number_groups(session, row.id)
        tally = {"check": count_import(session, row)}
    values = {"rows_total": found.rows, "rows_done": 0, "groups_total": groups, "groups_done": 0, "tally": tally}
    lifecycle.move(session, row, "report", checked_at=clock.now(), **values)


def _plan(session: Session, row: Import, layout: Layout, found: Survey) -> Plan:
    options, here = import_options.from_json(row.options), home(session)
    currency = options.currency or here.currency
    return Plan(
        headers=layout.headers,
        mapping=row.mapping,
        currency=currency,
        country=options.country or here.country,
        today=here.today,
        date_order=options.date_order or found.date_order or ("month" if currency == "USD" else "day"),
        decimal_comma=found.decimal_comma and layout.delimiter != ",",
    )


def _judge_orders(session: Session, row: Import) -> None:
    headers = {name: row.headers[column] for name, column in row.mapping.items()}
    orders_check.reject_contradictions(session, row.id, headers)
    orders_check.reject_whole_orders(session, row.id)
    orders_check.choose_names(session, row.id, headers.get("product_name", ""))
    orders_check.drop_repairs_of_rejected(session, row.id)
