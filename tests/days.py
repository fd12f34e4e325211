"""The moment at which the tests were read, for modules that name days by then: see the fixture ``same_day``."""

from app.kernel import clock
from tests.factories.house import COMPANY

BEGUN = clock.now()
with clock.as_if(BEGUN):
    TODAY = clock.today_in(COMPANY.time_zone)
