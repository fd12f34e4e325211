"""Flask as we use it."""

from collections.abc import Callable
from typing import Any

from flask import Flask


class Application(Flask):
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: nothing of ours is a coroutine, and Flask asks for every view and hook of each request."""
        return func
