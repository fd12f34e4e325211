"""A case of a numbered unit follows its number."""

from sqlalchemy import text

from app.inventory import serials
from app.inventory.cases import Decision
from app.inventory.serials import Numbered
from app.kernel.actor import SYSTEM
from app.workflows.carry_units import Carry, carry
from app.workflows.quarantine import SetAside, decide, set_units_aside
from tests.factories.house import make_house
from tests.factories.shelves import lay, lying, make_bins


def test_a_numbered_unit_is_decided_about_where_its_number_lies(session):
    house = make_house(session, {})
    session.execute(text("UPDATE skus SET tracking = 'serial' WHERE code = 'TEA-1'"))
    site, shelf = house.sites["CMH1"], make_bins(session, house, "CMH1", "A-1")["A-1"]
    make_bins(session, house, "CMH1", "Q-1", kind="quarantine")
    lay(session, house, "TEA-1", "CMH1", 2, bin_id=shelf)
    codes = ("S1", "S2")
    named = [Numbered(sku_id=house.skus["TEA-1"], code=code, site_id=site, bin_id=shelf) for code in codes]
    serials.register(session, named, actor=SYSTEM)
    torn = [SetAside(site_id=site, code=code, quantity=1, condition="damaged", reason="Torn box") for code in codes]
    cases = set_units_aside(session, torn, actor=SYSTEM)
    moved = Carry(site_id=site, sku="TEA-1", quantity=1, from_bin="A-1", to_bin="Q-1", condition="damaged")
    carry(session, [moved], actor=SYSTEM)

    decide(session, [Decision(case_id=cases[0], act="scrap", quantity=1)], actor=SYSTEM)

    assert lying(session, "TEA-1", "CMH1") == {("A-1", "", "damaged"): 1}
    assert dict(session.execute(text("SELECT code, state FROM serials")).all()) == {"S1": "scrapped", "S2": "in_stock"}
