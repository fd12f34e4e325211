"""Mail addresses as people and programs send them, judged by ``email-validator``; the network is not asked."""

import re
from functools import lru_cache

from email_validator import validate_email

PLAIN = re.compile(r"([a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)@([A-Za-z0-9.-]+)", re.ASCII)
LONGEST, LONGEST_NAME = 254, 64


def normalised(address: str) -> str:
    """Raises EmailNotValidError. Nearly all addresses are plain ones of a domain that came before."""
    plain = PLAIN.fullmatch(address)
    if plain and len(plain[1]) <= LONGEST_NAME and len(address) <= LONGEST:
        return f"{plain[1]}@{_domain(plain[2])}"
    return _judged(address)


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    return _judged(f"a@{domain}").removeprefix("a@")


def _judged(address: str) -> str:
    return validate_email(address, check_deliverability=False).normalized
