"""A lot is frozen and leaves what is sold, with all that was promised of it; or it is let go again."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.inventory import lots
from app.kernel.actor import Actor
from app.kernel.errors import Invalid
from app.workflows.set_aside import set_aside


def freeze_lots(session: Session, lot_ids: Sequence[int], *, reason: str, actor: Actor) -> int:
    """Answers how many units went into quarantine. What is picked stays with its order until it is put back; it may not
    be shipped."""
    if not reason.strip():
        raise Invalid([("reason", "say why: whoever finds these units will read it")])
    freezing = dict.fromkeys(lot_ids, reason.strip())
    units = set_aside(session, actor=actor, lot_ids=lot_ids, freezing=freezing) if freezing else 0
    lots.freeze(session, lot_ids, reason=reason.strip(), actor=actor)
    return units


def unfreeze_lots(session: Session, lot_ids: Sequence[int], *, actor: Actor) -> None:
    """Units in quarantine stay there: each case is released by itself."""
    lots.unfreeze(session, lot_ids, actor=actor)
