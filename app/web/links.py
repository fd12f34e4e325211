"""Addresses that leave the house: in answers of the API and in what people copy."""

from functools import cache
from urllib.parse import quote

from flask import url_for

from app.web.runtime import config

MARK, PLAIN = "0", "!$&'()*+,:;=@/"


def absolute(endpoint: str, **values: str | int | None) -> str:
    """On the public address of this installation, whatever host the request named."""
    return config().base_url + url_for(endpoint, **values)  # type: ignore[arg-type]


def absolute_of(endpoint: str, name: str, value: str | int) -> str:
    """As ``absolute`` for an address with this one value in it, which is asked for with every order."""
    before, after = _around(endpoint, name)
    return f"{config().base_url}{before}{quote(str(value), safe=PLAIN)}{after}"


@cache
def _around(endpoint: str, name: str) -> tuple[str, str]:
    before, _, after = url_for(endpoint, **{name: MARK}).rpartition(MARK)  # type: ignore[arg-type]
    return before, after
