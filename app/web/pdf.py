"""A PDF as an answer, to be looked at in the browser and printed from there."""

from flask import Response


def pdf(content: bytes, name: str) -> Response:
    """``name`` is ours: letters, digits, dashes and a point."""
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
