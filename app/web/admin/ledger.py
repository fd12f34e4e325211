"""The ledger: every movement with its number in its chain, and whether the chains still hold."""

from dataclasses import fields
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.inventory import site_list
from app.kernel import paging, text
from app.kernel.uow import unit_of_work
from app.queries import actors, ledger
from app.queries.ledger import Asked
from app.web import company
from app.web.page import page
from app.web.support.stock_words import spoken, why
from app.workflows.check_chain import check_chain, ledger_state

bp = Blueprint("ledger", __name__, url_prefix="/ledger")


@bp.get("/")
def index() -> ResponseReturnValue:
    asked, before = _asked(), paging.position(request.args.get("before"))
    with unit_of_work() as session:
        found = ledger.ledger(session, asked, before=before)
        names = actors.names(session, {row.actor for row in found.rows} | {asked.actor})
        state, sites, reasons = ledger_state(session), site_list.listed(session), ledger.reasons(session)
    shown: dict[str, Any] = {"found": found, "names": names, "asked": asked, "values": _values(asked), "before": before}
    words: dict[str, Any] = {"spoken": spoken, "reasons": {reason: why(reason) for reason in reasons}}
    html, part = "admin/ledger/index.html", "admin/ledger/_list.html"
    return page(html, partial=part, state=state, sites=sites, **words, **shown)


@bp.get("/chains/<path:code>")
def show_chain(code: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        checked, state = check_chain(session, code), ledger_state(session)
    return page("admin/ledger/chain.html", partial="admin/ledger/_chain.html", checked=checked, state=state)


def _asked() -> Asked:
    """Raises Invalid for a day that is none."""
    plain = ("sku", "site", "bin", "lot", "reason", "reference", "actor")
    given: dict[str, Any] = {name: text.line(request.args.get(name, ""), field=name, most=100) for name in plain}
    for name, argument in (("first", "from"), ("last", "to")):
        day = request.args.get(argument, "").strip()
        given[name] = text.calendar_date(day, field=argument) if day else None
    return Asked(**given, time_zone=company.current().time_zone)


def _values(asked: Asked) -> dict[str, str]:
    """What is asked, for addresses; empty ones are left out."""
    names = {"first": "from", "last": "to"}
    given = {
        names.get(one.name, one.name): getattr(asked, one.name) for one in fields(Asked) if one.name != "time_zone"
    }
    return {name: str(value) for name, value in given.items() if value}
