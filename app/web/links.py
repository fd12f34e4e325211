"""Addresses that leave the house: in answers of the API and in what people copy."""

from flask import url_for

from app.web.runtime import config


def absolute(endpoint: str, **values: str | int | None) -> str:
    """On the public address of this installation, whatever host the request named."""
    return config().base_url + url_for(endpoint, **values)  # type: ignore[arg-type]
