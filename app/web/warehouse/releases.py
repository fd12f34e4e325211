"""Releasing work to the floor, one or many, and taking it back."""

from collections.abc import Sequence

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.fulfilment import work
from app.kernel.errors import NotFound
from app.kernel.uow import unit_of_work
from app.web.forms.warehouse import SelectionForm
from app.web.roles import current_actor, require_site
from app.web.toasts import toast
from app.workflows.release_work import Released, recall_work, release_what_is_fit

bp = Blueprint("releases", __name__)


@bp.post("/releases/")
def create() -> ResponseReturnValue:
    form = SelectionForm()
    if not form.submitted():
        toast("Nothing was selected: tick some work first.", tone="warn")
        return redirect(url_for("warehouse.queue.index"), code=303)
    with unit_of_work() as session:
        _require_sites(session, form.selected.data)
        released = release_what_is_fit(session, form.selected.data, actor=current_actor())
    _tell(released)
    lists = set(released.lists.values())
    if len(lists) == 1:
        return redirect(url_for("warehouse.picks.show", pick_list_id=lists.pop()), code=303)
    return redirect(url_for("warehouse.queue.index"), code=303)


@bp.post("/recalls/")
def create_recall() -> ResponseReturnValue:
    form = SelectionForm()
    ids = form.selected.data if form.submitted() else []
    with unit_of_work() as session:
        _require_sites(session, ids)
        recall_work(session, ids, actor=current_actor())
    toast("Taken back: it may be released again.")
    return redirect(url_for("warehouse.queue.index"), code=303)


def _require_sites(session: Session, ids: Sequence[int]) -> None:
    found = work.load(session, ids)
    if len(found) < len(set(ids)):
        raise NotFound("There is no such work at your sites.")
    for one in found.values():
        require_site(one.site_id)


def _tell(released: Released) -> None:
    if released.lists:
        count = len(released.lists)
        toast(f"{count} {'order' if count == 1 else 'orders'} released.")
    for why_not in sorted(set(released.refused.values())):
        count = sum(1 for each in released.refused.values() if each == why_not)
        toast(f"{count} not released. {why_not}", tone="warn")
