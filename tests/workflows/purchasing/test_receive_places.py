"""Into which bin goods come, and of which lot: asked for, remembered, refused where it may not be sent."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app.kernel.errors import Invalid
from app.workflows.spread_receipts import Item
from tests.days import TODAY
from tests.factories.buying import come, sent

pytestmark = pytest.mark.usefixtures("same_day")


def places(session) -> list[tuple[str, str, str, int]]:
    rows = session.execute(
        text(
            "SELECT k.code, coalesce(b.code, '') AS bin, coalesce(t.code, '') AS lot, p.condition, p.quantity"
            " FROM bin_stock p JOIN skus k ON k.id = p.sku_id LEFT JOIN bins b ON b.id = p.bin_id"
            " LEFT JOIN lots t ON t.id = p.lot_id WHERE p.quantity > 0 AND k.code <> 'TEA-1' ORDER BY 1, 2, 3, 4"
        )
    )
    return [tuple(row) for row in rows]


def add_bin(session, code: str, kind: str, site: str = "CMH1") -> None:
    session.execute(
        text("INSERT INTO bins (site_id, code, kind) SELECT id, :code, :kind FROM sites WHERE code = :site"),
        {"code": code, "kind": kind, "site": site},
    )


def track(session, sku: str, *, removal: str = "fefo", days: int = 0) -> None:
    session.execute(
        text("UPDATE skus SET tracking = 'lot', removal = :removal, removal_days = :days WHERE code = :sku"),
        {"sku": sku, "removal": removal, "days": days},
    )


def test_goods_are_put_into_the_receiving_bin_or_the_one_that_is_scanned(session, house):
    add_bin(session, "DOCK", "receiving")
    add_bin(session, "A-01", "pick")
    number = sent(session, ("TEA-2", 10))

    come(session, number, ("TEA-2", 4), Item(code="TEA-2", quantity=6, bin="A-01"))

    assert places(session) == [("TEA-2", "A-01", "", "good", 6), ("TEA-2", "DOCK", "", "good", 4)]


def test_a_bin_of_another_site_is_refused(session, house):
    add_bin(session, "A-01", "pick", site="RNO1")
    number = sent(session, ("TEA-2", 10))

    with pytest.raises(Invalid, match="no bin A-01"):
        come(session, number, Item(code="TEA-2", bin="A-01"))


def test_a_tracked_sku_asks_for_its_lot_and_then_for_its_day(session, house):
    track(session, "TEA-2")
    number = sent(session, ("TEA-2", 10))

    with pytest.raises(Invalid) as lot:
        come(session, number, ("TEA-2", 1))
    with pytest.raises(Invalid) as day:
        come(session, number, Item(code="TEA-2", lot="L-1"))
    come(session, number, Item(code="TEA-2", lot="L-1", expires_on=date(2031, 5, 1)))
    come(session, number, Item(code="TEA-2", quantity=3, lot="L-1"))

    assert [failure[0] for failure in (*lot.value.failures, *day.value.failures)] == ["lot", "expires_on"]
    assert places(session) == [("TEA-2", "", "L-1", "good", 4)]


def test_a_lot_leaves_so_many_days_before_it_expires(session, house):
    track(session, "TEA-2", days=30)
    number = sent(session, ("TEA-2", 10))

    come(session, number, Item(code="TEA-2", lot="L-1", expires_on=date(2031, 5, 31)))

    row = session.execute(text("SELECT expires_on, remove_on, received_on FROM lots")).one()
    assert tuple(row) == (date(2031, 5, 31), date(2031, 5, 1), TODAY)


def test_a_label_that_contradicts_the_books_is_refused(session, house):
    track(session, "TEA-2")
    number = sent(session, ("TEA-2", 10))
    come(session, number, Item(code="TEA-2", lot="L-1", expires_on=date(2031, 5, 1)))

    with pytest.raises(Invalid, match="by our books"):
        come(session, number, Item(code="TEA-2", lot="L-1", expires_on=date(2032, 5, 1)))


def test_what_may_not_be_sent_any_more_is_not_received_as_good(session, house):
    track(session, "TEA-2", days=30)
    number = sent(session, ("TEA-2", 10))
    stale = Item(code="TEA-2", lot="OLD", expires_on=TODAY + timedelta(days=20))

    with pytest.raises(Invalid, match="may not be sent"):
        come(session, number, stale)
    come(session, number, Item(code="TEA-2", lot="OLD", expires_on=stale.expires_on, condition="quality_hold"))

    assert places(session) == [("TEA-2", "", "OLD", "quality_hold", 1)]


def test_a_frozen_lot_is_not_received_as_good(session, house):
    track(session, "TEA-2", removal="fifo")
    number = sent(session, ("TEA-2", 10))
    come(session, number, Item(code="TEA-2", lot="L-1"))
    session.execute(text("UPDATE lots SET frozen_at = now()"))

    with pytest.raises(Invalid, match="is frozen"):
        come(session, number, Item(code="TEA-2", lot="L-1"))
