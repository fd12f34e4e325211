"""The dry run: every row is read, judged and counted; nothing is taken in."""

from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.imports import (
    bin_rows,
    lifecycle,
    mapping,
    order_rows,
    orders_check,
    price_rows,
    product_rows,
    staging,
    stock_rows,
)
from app.imports import options as import_options
from app.imports.errors import UnreadableFile
from app.imports.models import Import
from app.imports.rows import Plan
from app.imports.survey import Survey, survey
from app.imports.tables import Table, open_table
from app.kernel import clock
from app.kernel.errors import Invalid
from app.kernel.planning import hash_joins
from app.workflows.count_import import count_judged, count_orders
from app.workflows.import_counts import reject_torn_counts
from app.workflows.import_kinds import JUDGED
from app.workflows.judged_import import look_at
from app.workflows.sums import add_up

READERS = {
    "orders": order_rows.read,
    "products": product_rows.read,
    "prices": price_rows.read,
    "stock": stock_rows.read,
    "bins": bin_rows.read,
    "counts": stock_rows.read_count,
}
LOOKED_AT_ONCE = 2_000


@dataclass(frozen=True, kw_only=True)
class Home:
    """What a file leaves out is read as at home."""

    currency: str
    country: str
    time_zone: str

    @property
    def today(self) -> date:
        return clock.today_in(self.time_zone)


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
    reader = READERS[row.kind]
    with open_table(stream) as table:
        found = survey(table.rows(), row.mapping, row.kind)
        plan = _plan(session, row, table, found)
        staging.stage(session, row.id, (reader(record, plan) for record in table.rows()))
    with hash_joins(session):
        if row.kind == "orders":
            _judge_orders(session, row)
        if row.kind == "counts":
            reject_torn_counts(session, row.id)
        groups = staging.number_groups(session, row.id)
        counted = count_orders(session, row) if row.kind == "orders" else {}
    if row.kind in JUDGED:
        counted = count_judged(session, row, _looked_at(session, row, groups))
    tally = {"check": counted}
    values = {"rows_total": found.rows, "rows_done": 0, "groups_total": groups, "groups_done": 0, "tally": tally}
    lifecycle.move(session, row, "report", checked_at=clock.now(), **values)


def _looked_at(session: Session, row: Import, groups: int) -> dict[str, Any]:
    """What the rows would do by what is so now, in the words of the run."""
    sums: dict[str, Any] = {}
    for after in range(0, groups, LOOKED_AT_ONCE):
        some = staging.groups(session, row.id, after=after, up_to=after + LOOKED_AT_ONCE)
        sums = add_up(sums, look_at(session, row, some, kind=JUDGED[row.kind]))
    return sums


def _plan(session: Session, row: Import, table: Table, found: Survey) -> Plan:
    options, here = import_options.from_json(row.options), home(session)
    currency = options.currency or here.currency
    return Plan(
        headers=table.headers,
        mapping=row.mapping,
        currency=currency,
        country=options.country or here.country,
        today=here.today,
        date_order=options.date_order or found.date_order or ("month" if currency == "USD" else "day"),
        decimal_comma=found.decimal_comma and table.delimiter != ",",
        home_currency=here.currency,
    )


def _judge_orders(session: Session, row: Import) -> None:
    headers = {name: row.headers[column] for name, column in row.mapping.items()}
    orders_check.reject_contradictions(session, row.id, headers)
    orders_check.reject_whole_orders(session, row.id)
    orders_check.choose_names(session, row.id, headers.get("product_name", ""))
    orders_check.drop_repairs_of_rejected(session, row.id)
