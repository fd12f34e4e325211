"""Channels: where orders come from and what each allows."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.catalogue.products import price_lists
from app.channels import editing, queries
from app.kernel.uow import unit_of_work
from app.web.forms.base import choices
from app.web.forms.channels import ChannelForm, NewChannelForm
from app.web.page import page
from app.web.toasts import toast
from app.workflows import offer_stock

bp = Blueprint("channels", __name__, url_prefix="/channels")


@bp.get("/")
def index() -> ResponseReturnValue:
    with unit_of_work() as session:
        channels = queries.channels(session)
    return page("admin/channels/index.html", partial="admin/channels/_table.html", channels=channels)


@bp.get("/new")
def new() -> ResponseReturnValue:
    form = NewChannelForm()
    with unit_of_work() as session:
        _offer_lists(form, session)
    return page("admin/channels/new.html", partial="admin/channels/_form.html", form=form, code=None)


@bp.post("/")
def create() -> ResponseReturnValue:
    form = NewChannelForm()
    with unit_of_work() as session:
        _offer_lists(form, session)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            editing.add(session, form.code.data or "", form.facts())
    if form.errors:
        return page("admin/channels/new.html", partial="admin/channels/_form.html", form=form, code=None, status=422)
    toast("Added. Orders may come in through it.")
    return redirect(url_for(".index"), code=303)


@bp.get("/<code>")
def edit(code: str) -> ResponseReturnValue:
    with unit_of_work() as session:
        form = ChannelForm(obj=queries.channel(session, code))
        _offer_lists(form, session)
    return page("admin/channels/edit.html", partial="admin/channels/_form.html", form=form, code=code)


@bp.post("/<code>")
def update(code: str) -> ResponseReturnValue:
    form = ChannelForm()
    with unit_of_work() as session:
        channel = queries.channel(session, code)
        _offer_lists(form, session)
    if form.submitted():
        with form.refusals(), unit_of_work() as session:
            editing.change(session, code, form.facts())
            offer_stock.ask(session, channel.id, is_forced=False)
    if form.errors:
        return page("admin/channels/edit.html", partial="admin/channels/_form.html", form=form, code=code, status=422)
    toast("Saved. It counts for orders that come in from now on.")
    return redirect(url_for(".index"), code=303)


def _offer_lists(form: ChannelForm, session: Session) -> None:
    lists = [(code, f"{code}, {currency}") for code, currency in price_lists(session)]
    form.price_list.choices = choices(("", "None: orders bring their own prices"), *lists)
