"""Canonical bytes, signatures, and links that end."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.crypto import keyring
from app.kernel.errors import NotFound
from app.kernel.signing import LinkExpired, canonical, fits, read_link, sign, sign_link, sign_webhook

OLD, NEW = keyring("o" * 32), keyring("n" * 32, ["o" * 32])
DAY = timedelta(days=1)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=30,
)


def test_keys_are_sorted_and_nothing_is_spaced():
    assert canonical({"b": [1, True, None], "a": "é"}) == '{"a":"é","b":[1,true,null]}'.encode()


@given(VALUES)
def test_reading_canonical_bytes_and_writing_them_again_changes_nothing(value):
    written = canonical(value)

    assert canonical(json.loads(written)) == written


@given(st.dictionaries(TEXTS, VALUES, min_size=2))
def test_the_order_in_which_a_mapping_was_filled_does_not_matter(value):
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@given(VALUES, VALUES)
def test_different_values_have_different_bytes(one, other):
    assert (canonical(one) == canonical(other)) == (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


@pytest.mark.parametrize(
    ("value", "place"),
    [(1.5, "value"), ({"a": [0, NOON]}, r"value\.a\[1\]"), ({1: 2}, "value"), ({"s": {1}}, r"value\.s")],
)
def test_what_has_no_single_form_is_refused_by_place(value, place):
    with pytest.raises(TypeError, match=place):
        canonical(value)


def test_half_a_character_has_no_bytes():
    with pytest.raises(ValueError, match="surrogates"):
        canonical("\ud800")


def test_a_signature_fits_its_data_and_any_key_still_in_use():
    signature = sign(b"data", b"old")

    assert fits(b"data", signature, [b"new", b"old"])
    assert not fits(b"data!", signature, [b"new", b"old"])
    assert not fits(b"data", signature, [b"new"])


@pytest.mark.parametrize("value", [100001, "A-100001"])
def test_a_link_tells_what_it_was_signed_for(value):
    link = sign_link(NEW, value, scope="slip", lasts=DAY)

    assert read_link(NEW, link, scope="slip") == value


def test_a_link_survives_a_change_of_keys():
    assert read_link(NEW, sign_link(OLD, 7, scope="slip", lasts=DAY), scope="slip") == 7


def test_a_link_of_a_key_beyond_the_fallbacks_is_not_ours():
    link = sign_link(keyring("x" * 32), 7, scope="slip", lasts=DAY)

    with pytest.raises(NotFound, match="not complete or not ours"):
        read_link(NEW, link, scope="slip")


def test_a_link_for_one_thing_opens_no_other():
    link = sign_link(NEW, 7, scope="slip", lasts=DAY)

    with pytest.raises(NotFound):
        read_link(NEW, link, scope="label")


def test_a_link_ends_at_its_time():
    with time_machine.travel(NOON, tick=False) as traveller:
        link = sign_link(NEW, 7, scope="slip", lasts=DAY)
        traveller.shift(DAY - timedelta(seconds=1))
        assert read_link(NEW, link, scope="slip") == 7

        traveller.shift(timedelta(seconds=1))
        with pytest.raises(LinkExpired, match="2026-11-25 at 12:00 UTC"):
            read_link(NEW, link, scope="slip")


@given(st.text(max_size=80))
def test_garbage_is_never_a_link(text):
    with pytest.raises(NotFound):
        read_link(NEW, text, scope="slip")


@given(st.integers(0, 500), st.sampled_from("AZaz09-_."))
def test_a_link_with_one_changed_character_is_not_ours(place, sign_instead):
    link = sign_link(NEW, "A-100001", scope="slip", lasts=DAY)
    place %= len(link)
    changed = link[:place] + sign_instead + link[place + 1 :]

    if changed != link and place < len(link) - 1:  # the last character of a signature carries spare bits
        with pytest.raises(NotFound):
            read_link(NEW, changed, scope="slip")


def test_a_webhook_is_signed_as_the_published_vector_says():
    with time_machine.travel(datetime.fromtimestamp(1614265330, UTC), tick=False):
        headers = sign_webhook(
            "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
        )

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_two_secrets_make_two_signatures():
    [one, other] = (
        sign_webhook("m", b"{}", secrets)["webhook-signature"].split(" ")
        for secrets in (["whsec_QUJD"], ["QUJD", "REVG"])
    )

    assert len(other) == 2
    assert other[0] == one[0]
