"""Shelves, lots and transfers of the strangers' company."""

from sqlalchemy.orm import Session

from tests.factories.house import read_house
from tests.factories.shelves import lay, make_bins, make_lot
from tests.factories.transfers import drafted, number_of, sent
from tests.web.attacks.pages import Ids


def furnish(session: Session, ids: Ids, lot: str) -> None:
    """Goods of a strange lot in a bin and on the dock; one transfer written, one on its way."""
    house = read_house(session)
    bins = make_bins(session, house, "CMH1", "A-01", "A-02", zone="A", capacity=500)
    lot_id = make_lot(session, house, ids.sku, lot)
    for place in ({"bin_id": bins["A-01"]}, {}):
        lay(session, house, ids.sku, "CMH1", 9, lot_id=lot_id, **place)
    ids.lot = lot
    ids.draft = number_of(session, drafted(session, (ids.sku, 2), to="EWR1"))
    ids.away = number_of(session, sent(session, (ids.sku, 3), lot=lot, to="EWR1"))
    session.commit()
