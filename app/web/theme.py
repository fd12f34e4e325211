"""Light or dark: as the person says, else as the browser says; settled on the server, so nothing flashes."""

from flask import Flask, request
from flask_login import current_user

COOKIE, SEEN = "theme", "scheme"
SHADES = frozenset({"light", "dark"})


def init_app(app: Flask) -> None:
    app.context_processor(lambda: {"theme": theme(), "is_auto_theme": chosen() not in SHADES})


def chosen() -> str:
    """auto, light or dark."""
    own = current_user.theme if current_user and current_user.is_authenticated else "auto"
    return own if own in SHADES else request.cookies.get(COOKIE, "auto")


def theme() -> str:
    """light or dark. ``scheme`` is what our script saw in the browser last time."""
    wishes = (chosen(), request.headers.get("Sec-CH-Prefers-Color-Scheme", ""), request.cookies.get(SEEN, ""))
    return next((wish for wish in wishes if wish in SHADES), "light")
