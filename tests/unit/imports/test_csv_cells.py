"""No exported text cell is a formula, and a round trip gives the text back."""

import pytest

from app.kernel.csv_cells import defused, undone


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "-2", "@x", "\tx", "\rx"])
def test_would_be_formulas_get_an_apostrophe_and_lose_it_again(text: str) -> None:
    assert defused(text) == f"'{text}"
    assert undone(defused(text)) == text


@pytest.mark.parametrize("text", ["", "plain", "1-2", "'quoted'", "a=b"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text
    assert undone(text) == text
