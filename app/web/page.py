"""One way to answer with a page: whole, or the part that htmx asked for."""

from typing import Any

from flask import Response, make_response, render_template

from app.web.htmx import wants_partial


def page(template: str, *, partial: str | None = None, status: int = 200, **context: Any) -> Response:
    """Renders ``partial`` for htmx, if the page has one, else ``template``."""
    chosen = partial if partial and wants_partial() else template
    response = make_response(render_template(chosen, **context), status)
    response.vary.add("HX-Request")
    return response
