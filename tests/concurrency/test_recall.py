"""A lot is frozen while units of it arrive and leave: whoever commits first, none is for sale and none leaves after."""

import pytest
from sqlalchemy import text

from app.kernel import uow
from app.kernel.crypto import keyring
from app.workflows.verify import see_one_moment, verify
from tests.concurrency import recall_tasks
from tests.concurrency.crew import work_together
from tests.factories.buying import sent
from tests.factories.floor import packed
from tests.factories.house import make_house
from tests.factories.shelves import lay, make_lot

pytestmark = pytest.mark.race

LOTS = 6
SITES = ("RNO1", "DFW1")


@pytest.fixture
def house(database_engine):
    def build(session):
        house = make_house(session)
        session.execute(text("UPDATE skus SET tracking = 'lot' WHERE code = 'TEA-1'"))
        return house

    return uow.run(build)


def _call(task: str, *arguments: object) -> str:
    return str(getattr(recall_tasks, task)(*arguments))


def _packed(session, house) -> list[tuple[int, int]]:
    """Lots of which two units lie on the shelf and one is in a parcel."""
    made = []
    for at in range(LOTS):
        lot_id = make_lot(session, house, "TEA-1", f"L-{at}")
        lay(session, house, "TEA-1", "CMH1", 1, lot_id=lot_id)
        made.append((lot_id, packed(session, ("TEA-1", 1))))
    for lot_id, _ in made:
        lay(session, house, "TEA-1", "CMH1", 2, lot_id=lot_id)
    return made


def test_a_lot_frozen_while_units_come_and_go_is_nowhere_for_sale_and_leaves_no_more(database, house):
    sku_id = house.skus["TEA-1"]
    numbers = uow.run(lambda session: [sent(session, ("TEA-1", 99), site=site) for site in SITES])
    jobs = []
    for at, (lot_id, parcel_id) in enumerate(uow.run(lambda session: _packed(session, house))):
        jobs += [
            ("take_in", numbers[at % 2], f"s-{at}", f"L-{at}"),
            ("freeze", lot_id),
            ("ship", parcel_id, lot_id),
            ("find", lot_id, sku_id, house.sites[SITES[(at + 1) % 2]]),
        ]

    answers = work_together(_call, database.url, jobs)

    assert "late" not in answers
    assert [answer for (task, *_), answer in zip(jobs, answers, strict=True) if task == "freeze"] == ["done"] * LOTS
    assert findings() == []


def findings() -> list[str]:
    with uow.unit_of_work() as session:
        see_one_moment(session)
        return [found.sentence for found in verify(session, keyring("k" * 32))]
