"""Changing how a product is kept: its lots' last days follow."""

from sqlalchemy.orm import Session

from app.catalogue import keeping
from app.catalogue.keeping import Keeping
from app.inventory import lots


def keep_goods(session: Session, code: str, wanted: Keeping) -> None:
    """Raises NotFound."""
    lots.redate(session, keeping.put(session, code, wanted), removal_days=wanted.removal_days)
