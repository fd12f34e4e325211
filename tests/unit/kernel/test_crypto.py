"""Secrets at rest survive a change of keys, and only that."""

import pytest

from app.kernel.crypto import Keyring, Undecipherable, decrypt, encrypt, hash_token, keyring, same

OLD, NEW, STRANGE = ("o" * 32, "n" * 32, "s" * 32)


def test_a_secret_is_read_back_for_its_purpose():
    stored = encrypt(keyring(NEW), "hunter2 ✓", purpose="shopify token")

    assert decrypt(keyring(NEW), stored, purpose="shopify token") == "hunter2 ✓"
    assert "hunter2" not in stored


def test_the_same_secret_is_never_stored_alike_twice():
    assert encrypt(keyring(NEW), "x", purpose="p") != encrypt(keyring(NEW), "x", purpose="p")


def test_a_secret_of_the_former_key_is_still_read():
    stored = encrypt(keyring(OLD), "x", purpose="p")

    assert decrypt(keyring(NEW, [OLD]), stored, purpose="p") == "x"


def test_new_secrets_use_the_current_key():
    stored = encrypt(keyring(NEW, [OLD]), "x", purpose="p")

    assert decrypt(keyring(NEW), stored, purpose="p") == "x"


@pytest.mark.parametrize(("keys", "purpose"), [(keyring(STRANGE), "p"), (keyring(OLD), "another purpose")])
def test_a_strange_key_or_purpose_opens_nothing(keys, purpose):
    stored = encrypt(keyring(OLD), "x", purpose="p")

    with pytest.raises(Undecipherable, match=purpose):
        decrypt(keys, stored, purpose=purpose)


@pytest.mark.parametrize("stored", ["", "garbage", "gAAAAA==", "é"])
def test_text_that_was_changed_opens_nothing(stored):
    with pytest.raises(Undecipherable):
        decrypt(keyring(OLD), stored, purpose="p")


def test_each_purpose_has_keys_of_its_own():
    keys = keyring(NEW, [OLD])

    derived = [*keys.derive("a"), *keys.derive("b")]

    assert len(set(derived)) == 4
    assert all(len(key) == 32 for key in derived)


def test_a_short_key_is_refused_with_a_remedy():
    with pytest.raises(ValueError, match="at least 32 bytes"):
        keyring("short")


def test_keys_do_not_show_in_messages():
    assert OLD not in repr(Keyring(OLD.encode()))


def test_tokens_are_kept_as_hashes_only():
    assert hash_token("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_equal_text_and_bytes_are_the_same():
    assert same("abc", b"abc")
    assert not same("abc", "abd")
    assert not same("ä", "a")
