"""A stored decision can be read and decided again."""

from hypothesis import given
from hypothesis import strategies as st

from app.fulfilment.decisions import Inputs, decode, decode_outcome, encode, encode_outcome, is_reproduced
from app.fulfilment.routing import Candidate, Destination, Need, Rules

degrees = st.integers(-90_000_000, 90_000_000)
inputs = st.builds(
    Inputs,
    st.lists(
        st.builds(Need, st.integers(1, 9), st.integers(1, 3), st.text(max_size=5), st.integers(1, 5)),
        min_size=1,
        max_size=4,
        unique_by=lambda need: need.order_line_id,
    ).map(tuple),
    st.lists(
        st.builds(
            Candidate,
            st.integers(1, 99),
            st.text(min_size=1, max_size=4),
            st.text(max_size=8),
            degrees,
            degrees,
            st.integers(1, 200),
            st.sampled_from(["US", "IN"]),
            st.dictionaries(st.integers(1, 5), st.integers(0, 6)),
            st.sampled_from(["", "", "short_pick"]),
        ),
        max_size=5,
        unique_by=lambda candidate: candidate.site_id,
    ).map(tuple),
    st.builds(Destination, st.none() | degrees, st.none() | degrees, st.sampled_from(["US", "IN"])),
    st.builds(Rules, st.integers(1, 3), st.integers(1, 4), st.none() | st.integers(0, 10_000_000), st.booleans()),
)


@given(inputs)
def test_stored_inputs_decide_the_same_again(made):
    assert is_reproduced(encode(made), encode_outcome(made.decide()))


@given(inputs)
def test_bytes_survive_reading_and_writing(made):
    outcome = made.decide()

    assert encode(decode(encode(made))) == encode(made)
    assert decode_outcome(encode_outcome(outcome)) == outcome


def test_another_stock_is_noticed():
    needs, to = (Need(1, 7, "TEA-1", 2),), Destination(40_000_000, -80_000_000, "US")
    then = Inputs(needs, (Candidate(1, "CMH1", "Columbus", 40_000_000, -83_000_000, 10, "US", {7: 2}),), to, Rules())
    now = Inputs(needs, (Candidate(1, "CMH1", "Columbus", 40_000_000, -83_000_000, 10, "US", {7: 1}),), to, Rules())

    assert not is_reproduced(encode(now), encode_outcome(then.decide()))


def test_stock_that_nobody_asked_for_is_not_kept():
    candidate = Candidate(1, "CMH1", "Columbus", 0, 0, 10, "US", {7: 2, 8: 500, 9: 0})
    made = Inputs((Need(1, 7, "TEA-1", 2),), (candidate,), Destination(None, None, "US"), Rules())

    assert decode(encode(made)).candidates[0].available == {7: 2}
