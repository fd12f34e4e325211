"""The lots that goods bring: asked for where the SKU is tracked, refused as good where they may not be sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.inventory.labelled_lots import KnownLot, LabelledLot, known_lots, open_lots
from app.inventory.values import GOOD
from app.kernel.errors import Invalid
from app.workflows.spread_receipts import Part

Key = tuple[int, str]


@dataclass(frozen=True, kw_only=True)
class Lots:
    """Lot by (SKU id, code)."""

    found: Mapping[Key, KnownLot]

    def id_of(self, part: Part) -> int | None:
        found = self.found.get(_key(part))
        return found.id if found else None


def take_in_lots(session: Session, arriving: Sequence[tuple[Part, date]]) -> Lots:
    """Make the lots of these parts, each with the day that it is at its site; their levels are locked.

    Raises Invalid, at ``lot`` or ``expires_on``, for what the label still has to say.
    """
    with_lots = [(part, today) for part, today in arriving if part.good.tracking == "lot"]
    for part, _ in with_lots:
        if not part.item.lot:
            raise Invalid([("lot", f"{part.good.code} is tracked by lot: scan or type the lot on its label")])
    known = known_lots(session, {_key(part) for part, _ in with_lots})
    for part, _ in with_lots:
        _refuse_without_expiry(part, known.get(_key(part)))
    found = open_lots(session, [_lot(part, today) for part, today in with_lots])
    for part, today in with_lots:
        _refuse_unsendable(part, found[_key(part)], today)
    return Lots(found=found)


def _refuse_without_expiry(part: Part, known: KnownLot | None) -> None:
    if part.good.needs_expiry and part.item.expires_on is None and (known is None or known.expires_on is None):
        why = f"lot {part.item.lot} of {part.good.code} is new: write the day on which it expires"
        raise Invalid([("expires_on", why)])


def _refuse_unsendable(part: Part, lot: KnownLot, today: date) -> None:
    if part.item.condition != GOOD:
        return
    if lot.frozen_at is not None:
        why = f"lot {lot.code} is frozen: choose “To be checked first” and set it aside"
        raise Invalid([("lot", why)])
    if lot.remove_on is not None and lot.remove_on <= today:
        why = f"lot {lot.code} may not be sent from {lot.remove_on} on: choose “To be checked first” or “Damaged”"
        raise Invalid([("expires_on", why)])


def _lot(part: Part, today: date) -> LabelledLot:
    return LabelledLot(
        sku_id=part.good.id,
        code=part.item.lot,
        expires_on=part.item.expires_on,
        removal_days=part.good.removal_days,
        received_on=today,
    )


def _key(part: Part) -> Key:
    return part.good.id, part.item.lot
