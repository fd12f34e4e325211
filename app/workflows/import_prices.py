"""Rows of a price file: what one unit costs on a list."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from app.catalogue.pricing import ListRef, NewPrice, lists_by_code, present_prices, put_prices
from app.imports import figures
from app.imports.figures import Unreadable
from app.imports.models import Import
from app.imports.rows import Reason
from app.imports.staging import Group
from app.kernel.actor import Actor
from app.kernel.money import Money
from app.workflows.import_lookup import sku_ids
from app.workflows.judged_import import CHANGED, NEW, SAME, Judged, Kind


def judge_prices(session: Session, _row: Import, groups: Sequence[Group]) -> list[Judged]:
    contents = [group.rows[-1].content for group in groups]
    lists, skus = lists_by_code(session), sku_ids(session, {one["sku"] for one in contents})
    read = [_read(content, lists, skus) for content in contents]
    pairs = [(one.price_list_id, one.sku_id) for one in read if isinstance(one, NewPrice) and one.price_list_id]
    former = present_prices(session, pairs)
    return [_judged(group, one, former) for group, one in zip(groups, read, strict=True)]


def write_prices(session: Session, _row: Import, work: Sequence[Any], _actor: Actor) -> None:
    put_prices(session, work)


def _read(content: Mapping[str, Any], lists: Mapping[str, ListRef], skus: Mapping[str, int]) -> NewPrice | list[Reason]:
    price_list, sku_id = lists.get(content["price_list"]), skus.get(content["sku"])
    reasons = []
    if price_list is None:
        known = ", ".join(sorted(lists)) or "none yet"
        reasons.append(Reason("Price list", content["price_list"], f"is not known: the lists are {known}"))
    elif content["currency"] not in ("", price_list.currency):
        reasons.append(Reason("Currency", content["currency"], f"the list is in {price_list.currency}"))
    if sku_id is None:
        reasons.append(Reason("SKU", content["sku"], f"there is no SKU “{content['sku']}”: import the product first"))
    if price_list is None or sku_id is None or reasons:
        return reasons
    try:
        minor = figures.exact_minor(Fraction(content["price"]), price_list.currency)
    except Unreadable as error:
        return [Reason("Unit price, net", content["price"], str(error))]
    return NewPrice(sku_id=sku_id, price_list_id=price_list.id, currency=price_list.currency, minor=minor)


def _judged(group: Group, read: NewPrice | list[Reason], former: Mapping[tuple[int, int], int]) -> Judged:
    if isinstance(read, list):
        return Judged(group=group, reasons=tuple(read))
    before = former.get((read.price_list_id or 0, read.sku_id))
    if before == read.minor:
        return Judged(group=group, result=SAME)
    if before is None:
        return Judged(group=group, result=NEW, work=read)
    return Judged(group=group, result=CHANGED, said=f"was {Money(before, read.currency)}", work=read)


PRICES_KIND = Kind(judge=judge_prices, write=write_prices)
