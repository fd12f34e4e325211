"""What waits for a shelf, and since when."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.kernel import clock
from app.queries.put_away_list import waiting
from tests.factories.house import make_house
from tests.factories.shelves import lay, make_bins


def test_goods_on_the_dock_are_as_old_as_their_own_receipt(session: Session) -> None:
    house = make_house(session)
    make_bins(session, house, "CMH1", "A-1")
    dock = make_bins(session, house, "CMH1", "DOCK", kind="receiving")["DOCK"]
    with clock.as_if(clock.now() - timedelta(days=90)):
        lay(session, house, "TEA-1", "CMH1", 5)
    lay(session, house, "TEA-1", "CMH1", 3, bin_id=dock)

    loose, docked = waiting(session, [house.sites["CMH1"]])

    assert (loose.bin, docked.bin) == ("", "DOCK")
    assert loose.since
    assert docked.since
    assert docked.since - loose.since > timedelta(days=89)
