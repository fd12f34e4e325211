"""Short messages that outlive a redirect. They repeat what the page shows; nothing is said by a toast alone."""

from flask import Flask, Response, flash, get_flashed_messages

from app.web.htmx import is_htmx, trigger


def toast(message: str, *, tone: str = "done", undo: str = "") -> None:
    """``tone``: done, warn or stop (stays until closed). ``undo`` is an address that takes the act back by POST."""
    flash({"text": message, "tone": tone, "undo": undo}, tone)  # type: ignore[arg-type]


def init_app(app: Flask) -> None:
    app.after_request(_announce)


def _announce(response: Response) -> Response:
    """Whole pages print their toasts; a fragment carries them in a header."""
    if is_htmx() and response.status_code < 300 and response.mimetype == "text/html":
        waiting = get_flashed_messages()
        if waiting:
            trigger(response, toasts=waiting)
    return response
