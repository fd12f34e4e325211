"""Passwords: argon2id, long ones welcome, easy ones refused."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from app.staff.errors import WeakPassword

SHORTEST, LONGEST = 12, 1024
FEWEST_SIGNS, FEWEST_OWN = 5, 4
WORDS = ("waybill", "password", "passwort", "welcome", "admin", "letmein", "secret")
ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm")
RUNS = {way[place : place + 3] for row in ROWS for way in (row, row[::-1]) for place in range(len(row) - 2)}

_hasher = PasswordHasher()
# What an unknown person's password is compared with, so that the answer takes as long as for a known one.
# Written down: to hash it anew would be most of what each command and worker pays to import this.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$Rc6/h/M8e9nI7Ha009/bqQ$ocfoIl6wFD8x2HuhYPrtBiIeHrgFHxIxBqZeQjyTdFI"


def hashed(password: str) -> str:
    return _hasher.hash(_composed(password))


def fits(password: str, stored: str | None) -> bool:
    """Takes the same time whether or not there is such a person (``stored`` None)."""
    try:
        return _hasher.verify(stored or NOBODY, _composed(password)) and stored is not None
    except VerificationError:
        return False


def is_outdated(stored: str) -> bool:
    return _hasher.check_needs_rehash(stored)


def check(password: str, *, email: str = "") -> None:
    """Raises WeakPassword. Length counts, not kinds of character."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"Use {SHORTEST} to {LONGEST:,} characters; a short sentence is fine.", field="password")
    if len(set(password.lower())) < FEWEST_SIGNS and password.isascii():
        raise WeakPassword(f"Use at least {FEWEST_SIGNS} different characters.", field="password")
    if _is_obvious(password.lower(), email.partition("@")[0]):
        raise WeakPassword("This is too easy to guess: leave out names, “password” and rows of keys.", field="password")


def _is_obvious(password: str, name: str) -> bool:
    """Whether fewer than four characters are left without the name, known words and rows of keys."""
    rest = password
    for word in sorted({*WORDS, name}, key=len, reverse=True):
        rest = rest.replace(word, "") if len(word) > 2 else rest
    in_row = {place + step for place in range(len(rest)) if rest[place : place + 3] in RUNS for step in range(3)}
    return len(rest) - len(in_row) < FEWEST_OWN


def _composed(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
