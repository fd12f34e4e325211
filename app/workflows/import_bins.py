"""Rows of a bin file: the shelves of the sites."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.imports.fields import BINS
from app.imports.models import Import
from app.imports.rows import Reason
from app.imports.staging import Group
from app.inventory.shelving import NewBin, PresentBin, present_bins, put_bins
from app.kernel.actor import Actor
from app.workflows.import_lookup import no_site, site_ids
from app.workflows.judged_import import CHANGED, NEW, SAME, Judged, Kind

LABELS = {one.name: one.label for one in BINS}


def judge_bins(session: Session, _row: Import, groups: Sequence[Group]) -> list[Judged]:
    sites = site_ids(session)
    contents = [group.rows[-1].content for group in groups]
    bins = [_bin(content, sites[content["site"]]) if content["site"] in sites else None for content in contents]
    known = present_bins(session, [one.key for one in bins if one])
    return [
        _judged(group, one, known.get(one.key)) if one else Judged(group=group, reasons=(no_site(content["site"]),))
        for group, one, content in zip(groups, bins, contents, strict=True)
    ]


def write_bins(session: Session, _row: Import, work: Sequence[Any], _actor: Actor) -> None:
    put_bins(session, work)


def _judged(group: Group, one: NewBin, known: PresentBin | None) -> Judged:
    if known is None:
        return Judged(group=group, result=NEW, work=one)
    if one.is_active is False and known.units:
        reason = Reason("In use", "no", f"{known.units} units lie in it: move them first")
        return Judged(group=group, reasons=(reason,))
    changes = known.changes(one)
    said = ", ".join(LABELS[name] for name in changes)
    return Judged(group=group, result=CHANGED if changes else SAME, said=said, work=one if changes else None)


def _bin(content: Mapping[str, Any], site_id: int) -> NewBin:
    return NewBin(site_id=site_id, **{name: value for name, value in content.items() if name != "site"})


BINS_KIND = Kind(judge=judge_bins, write=write_bins)
