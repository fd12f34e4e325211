"""What a channel is told of our stock: on or off, where, how far behind, and every value it was last told."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.channels import publication
from app.kernel import text
from app.kernel.http_guard import PublicOnly
from app.kernel.uow import unit_of_work
from app.queries import channel_stock
from app.queries.channel_stock import STATES, ChannelStock
from app.web.forms.channel_stock import PublicationForm
from app.web.page import page
from app.web.roles import current_actor
from app.web.runtime import config, keys
from app.web.toasts import toast
from app.workflows import offer_stock

bp = Blueprint("channel_stock", __name__, url_prefix="/channels/<code>/stock")


@bp.get("/")
def index(code: str) -> ResponseReturnValue:
    q = text.line(request.args.get("q", ""), field="q", most=100)
    state = text.choice(request.args.get("state") or "all", STATES, field="state")
    with unit_of_work() as session:
        stock = channel_stock.channel_stock(session, code)
        found = channel_stock.offers(session, stock.channel_id, q=q, state=state, cursor=request.args.get("after"))
        total = channel_stock.count(session, stock.channel_id, q=q, state=state)
    shown: dict[str, Any] = {"stock": stock, "found": found, "total": total, "q": q, "state": state, "states": STATES}
    return page("admin/channel_stock/index.html", partial="admin/channel_stock/_offers.html", **shown)


@bp.get("/state")
def show_state(code: str) -> ResponseReturnValue:
    return page("admin/channel_stock/_state.html", stock=_stock(code))


@bp.get("/settings")
def edit(code: str) -> ResponseReturnValue:
    stock = _stock(code)
    form = PublicationForm(obj=stock) if stock.is_set else PublicationForm()
    return page("admin/channel_stock/edit.html", partial="admin/channel_stock/_form.html", form=form, stock=stock)


@bp.post("/settings")
def update(code: str) -> ResponseReturnValue:
    form, stock, secret = PublicationForm(), _stock(code), None
    if form.submitted():
        with form.refusals():
            facts = form.facts(PublicOnly(exceptions=config().outbound_exceptions))
            with unit_of_work() as session:
                secret = offer_stock.change_publication(
                    session, stock.channel_id, facts, keys=keys(), actor=current_actor()
                )
    if form.errors:
        shown: dict[str, Any] = {"form": form, "stock": stock, "status": 422}
        return page("admin/channel_stock/edit.html", partial="admin/channel_stock/_form.html", **shown)
    toast("Saved. What this changes for the channel is told at once.")
    return _secret(stock, secret) if secret else _back(code)


@bp.post("/secret")
def create_secret(code: str) -> ResponseReturnValue:
    stock = _stock(code)
    with unit_of_work() as session:
        secret = publication.change_secret(session, stock.channel_id, keys=keys())
    return _secret(stock, secret)


@bp.post("/renewals")
def create_renewal(code: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        offer_stock.ask(session, channel_stock.channel_stock(session, code).channel_id, is_forced=True)
    toast("Everything is published again. You may leave this page.")
    return _back(code)


@bp.post("/attempts")
def create_attempt(code: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        stock = channel_stock.channel_stock(session, code)
        publication.hurry(session, stock.channel_id, actor=current_actor())
    toast("It is tried again now.")
    return _back(code)


def _stock(code: str) -> ChannelStock:
    with unit_of_work() as session:
        return channel_stock.channel_stock(session, code)


def _secret(stock: ChannelStock, secret: str) -> ResponseReturnValue:
    shown: dict[str, Any] = {
        "title": f"Secret of {stock.name}",
        "secret": secret,
        "back": url_for(".index", code=stock.code),
    }
    return page("admin/secret.html", kept="Waybill signs with it and never shows it again", **shown)


def _back(code: str) -> ResponseReturnValue:
    return redirect(url_for(".index", code=code), code=303)
