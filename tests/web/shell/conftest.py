"""Applications of one test, with routes or settings of their own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from app.factory import build_app
from app.web import limits
from tests.web.conftest import config_for_tests


@pytest.fixture
def build(bound, tmp_path, valkey_url, monkeypatch) -> Iterator[Callable[..., Flask]]:
    """``build(base_url=…)``: with settings of this test; rate limits count in memory, or where ``counts_in`` says."""
    shared = dict(vars(limits.limiter))

    def make(counts_in: str = "memory://", **changes: Any) -> Flask:
        monkeypatch.setattr(limits, "storage_uri", lambda _url: counts_in)
        app = build_app(config_for_tests(tmp_path, valkey_url, **changes))
        app.testing = True
        return app

    yield make
    vars(limits.limiter).update(shared)
