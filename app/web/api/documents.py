"""The API's own description: for programs, and for people."""

import json

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from app.web.api.openapi import document
from app.web.api.problems import KINDS
from app.web.api.reference import sections
from app.web.page import page
from app.web.runtime import config

bp = Blueprint("documents", __name__)


@bp.get("/openapi.json")
def show() -> ResponseReturnValue:
    return Response(json.dumps(document(config().base_url), indent=1), mimetype="application/json")


@bp.get("/docs")
def docs() -> ResponseReturnValue:
    described = document(config().base_url)
    return page("api/docs.html", sections=sections(described), problems=KINDS, base_url=config().base_url)
