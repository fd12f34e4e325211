"""What an effect is, and how long it is tried."""

from dataclasses import replace

import pytest

from app.kernel.effects import Effect, Patience


def test_an_effect_is_of_exactly_one_kind():
    with pytest.raises(ValueError, match="give in_database or outside"):
        Effect(name="both", queue="intake")


def test_waiting_doubles_up_to_a_limit_and_lasts_two_days():
    patience = Patience()

    waits = [patience.seconds(failures) for failures in range(1, patience.tries)]

    assert waits[:3] == [30, 60, 120]
    assert max(waits) == patience.longest
    assert sum(waits) == pytest.approx(48 * 3600, rel=0.01)
    assert replace(patience, first=1).seconds(1) == 1
