"""The demo's bins, what lies in them, and goods on their way between its sites."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory.keep_bins import BinFacts, add_bin
from app.kernel import clock
from app.kernel.actor import Actor
from app.transfers import book
from app.workflows.carry_units import Carry, carry
from app.workflows.draft_transfers import Goods, TransferRequest, draft_transfers
from app.workflows.receive_transfers import lose_transfers, receive_transfers
from app.workflows.send_transfers import send_transfers
from app.workflows.spread_transfers import Arrival, Loss

SITES = ("RNO1", "DFW1", "CMH1")
AISLES, BAYS, RESERVES = ("A", "B", "C"), 20, 6
ON_A_SHELF, UNSHELVED = 12, 9  # units that go into a picking bin; every ninth SKU still waits on the dock


def make_shelves(session: Session) -> None:
    """Three aisles to pick from, a reserve, a corner for what cannot be sold, and a place to receive."""
    for site in _sites(session):
        for code, facts in _bins():
            add_bin(session, site.id, code, facts)


def fill_shelves(session: Session, *, actor: Actor) -> None:
    """The first dozen of each SKU in a picking bin, the rest in the reserve."""
    for site in _sites(session):
        goods = session.execute(text(LOOSE), {"site": site.id}).all()
        moved = [each for position, row in enumerate(goods) for each in _carries(site.id, position, row)]
        carry(session, moved, actor=actor)


def move_between_sites(session: Session, *, actor: Actor) -> None:
    """A draft, two on their way, one partly there, one arrived, and one with a loss."""
    plan = [("RNO1", "CMH1"), ("CMH1", "RNO1"), ("DFW1", "RNO1"), ("CMH1", "RNO1"), ("RNO1", "DFW1"), ("DFW1", "CMH1")]
    today = clock.now().date()
    requests = [
        TransferRequest(
            from_site=start, to_site=end, expected_on=today + timedelta(days=2 + number), goods=_spare(session, start)
        )
        for number, (start, end) in enumerate(plan)
    ]
    ids = list(book.ids_of(session, draft_transfers(session, requests, actor=actor)).values())
    send_transfers(session, sorted(ids)[1:], actor=actor)
    _, _, _, partly, arrived, lossy = sorted(ids)
    first, *rest = _on_their_way(session, [partly, arrived, lossy])
    lost = rest[-1]
    half = Arrival(transfer_id=first.transfer_id, sku=first.sku, quantity=first.units - 1)
    whole = [
        Arrival(transfer_id=one.transfer_id, sku=one.sku, quantity=one.units)
        for one in rest[:-1]
        if one.transfer_id != partly
    ]
    receive_transfers(session, [half, *whole], actor=actor)
    loss = Loss(transfer_id=lost.transfer_id, sku=lost.sku, quantity=lost.units, reason="carrier")
    lose_transfers(session, [loss], actor=actor)


def send_by_number(session: Session, *, actor: Actor) -> None:
    """A draft with named units and one still to be named, and some on their way of which one is there."""
    row = session.execute(text(BY_NUMBER)).first()
    if row is None:
        return
    day = clock.now().date() + timedelta(days=3)
    first, second, *rest = row.codes[:6]
    wanted = [
        (Goods(sku=row.sku, quantity=2, serials=(first, second)), Goods(sku=row.sku, quantity=1)),
        (Goods(sku=row.sku, quantity=len(rest), serials=tuple(rest)),),
    ]
    requests = [
        TransferRequest(from_site=row.site, to_site=row.to_site, expected_on=day, goods=goods) for goods in wanted
    ]
    away = book.ids_of(session, draft_transfers(session, requests, actor=actor)[1:])
    send_transfers(session, list(away.values()), actor=actor)
    [transfer_id] = away.values()
    here = Arrival(transfer_id=transfer_id, sku=row.sku, quantity=1, serials=tuple(rest[:1]))
    receive_transfers(session, [here], actor=actor)


def _bins() -> Iterator[tuple[str, BinFacts]]:
    plain = {"one_sku": False, "one_lot": False}
    for aisle_number, aisle in enumerate(AISLES):
        for bay in range(1, BAYS + 1):
            walk = 100 * aisle_number + 10 * ((bay + 1) // 2) + bay % 2
            yield f"{aisle}-{bay:02d}", BinFacts(zone=aisle, kind="pick", pick_sequence=walk, capacity=60, **plain)
    for bay in range(1, RESERVES + 1):
        yield f"R-{bay:02d}", BinFacts(zone="Reserve", kind="bulk", pick_sequence=900 + bay, capacity=2_000, **plain)
    yield "R-07", BinFacts(zone="Reserve", kind="bulk", pick_sequence=907, capacity=2_000, one_sku=True, one_lot=True)
    yield "Q-01", BinFacts(zone="Cage", kind="quarantine", pick_sequence=990, capacity=None, **plain)
    yield "DOCK", BinFacts(zone="Dock", kind="receiving", pick_sequence=995, capacity=None, **plain)


def _carries(site_id: int, position: int, row: Any) -> Iterator[Carry]:
    if position % UNSHELVED == 4:
        return
    shelf = position % (len(AISLES) * BAYS)
    shelved = min(row.units, 2 if position % 7 == 1 else ON_A_SHELF)
    bin_code = f"{AISLES[shelf // BAYS]}-{shelf % BAYS + 1:02d}"
    yield Carry(site_id=site_id, sku=row.sku, quantity=shelved, to_bin=bin_code)
    if row.units > shelved:
        reserve = f"R-{position % RESERVES + 1:02d}"
        yield Carry(site_id=site_id, sku=row.sku, quantity=row.units - shelved, to_bin=reserve)


def _sites(session: Session) -> Sequence[Any]:
    return session.execute(
        text("SELECT id FROM sites WHERE code = ANY(:codes) ORDER BY id"), {"codes": list(SITES)}
    ).all()


def _spare(session: Session, site: str) -> tuple[Goods, ...]:
    rows = session.execute(text(SPARE), {"site": site})
    return tuple(Goods(sku=row.sku, quantity=row.units) for row in rows)


def _on_their_way(session: Session, ids: Sequence[int]) -> Sequence[Any]:
    return session.execute(text(ON_THEIR_WAY), {"ids": list(ids)}).all()


LOOSE = """
SELECT s.code AS sku, p.quantity AS units FROM bin_stock p JOIN skus s ON s.id = p.sku_id
 WHERE p.site_id = :site AND p.bin_id IS NULL AND p.lot_id IS NULL AND p.condition = 'good' AND p.quantity > 0
 ORDER BY s.id
"""
SPARE = """
SELECT s.code AS sku, 3 + (l.id - (SELECT min(id) FROM stock_levels) + 1) % 4 AS units
  FROM stock_levels l JOIN skus s ON s.id = l.sku_id
  JOIN sites w ON w.id = l.site_id
 WHERE w.code = :site AND s.tracking = 'none' AND l.on_hand - l.allocated - l.reserved - l.unavailable > 25
 ORDER BY l.on_hand DESC, s.id LIMIT 3
"""
# Units that lie on the dock and are nobody's: the last of the SKU that has most of them.
BY_NUMBER = """
SELECT s.code AS sku, w.code AS site, CASE w.code WHEN 'RNO1' THEN 'CMH1' ELSE 'RNO1' END AS to_site,
       array_agg(n.code ORDER BY n.id DESC) AS codes
  FROM serials n JOIN skus s ON s.id = n.sku_id JOIN sites w ON w.id = n.site_id
  JOIN stock_levels l ON l.sku_id = n.sku_id AND l.site_id = n.site_id LEFT JOIN bins b ON b.id = n.bin_id
 WHERE n.state = 'in_stock' AND n.condition = 'good' AND s.tracking = 'serial' AND w.code = ANY(ARRAY['RNO1', 'CMH1'])
   AND (b.id IS NULL OR b.kind IN ('pick', 'bulk', 'receiving'))
   AND l.on_hand - l.allocated - l.reserved - l.unavailable > 8
 GROUP BY 1, 2 HAVING count(*) > 8 ORDER BY count(*) DESC, 1, 2 LIMIT 1
"""
ON_THEIR_WAY = """
SELECT l.transfer_id, s.code AS sku, l.in_transit AS units FROM transfer_lines l JOIN skus s ON s.id = l.sku_id
 WHERE l.transfer_id = ANY(CAST(:ids AS bigint[])) AND l.in_transit > 0 ORDER BY l.transfer_id, l.id
"""
