"""Floor B: a bare Flask view that writes an order with one statement, on a connection of its own per thread."""

import os
import threading
from zlib import crc32

import psycopg
from flask import Flask, request
from flask.typing import ResponseReturnValue

from tests.bench.baseline.sql import PLACE, SITES

STATEMENT = PLACE.format(
    skus="%(skus)s::text[]", quantities="%(quantities)s::int[]", site="%(site)s::int", email="%(email)s::text"
)
application = Flask(__name__)
_mine = threading.local()


@application.get("/readyz")
def ready() -> ResponseReturnValue:
    return "ready"


@application.post("/api/v1/orders")
def create() -> ResponseReturnValue:
    body = request.get_json()
    values = {
        "skus": [line["sku"] for line in body["lines"]],
        "quantities": [line["quantity"] for line in body["lines"]],
        "site": crc32(body["contact"]["postal_code"].encode()) % SITES + 1,
        "email": body["contact"]["email"],
    }
    [id] = _connection().execute(STATEMENT, values, prepare=True).fetchone() or [None]
    return {"id": id}, 201


def _connection() -> psycopg.Connection:
    if not hasattr(_mine, "connection"):
        url = os.environ["DATABASE_URL"].replace("+psycopg", "")
        _mine.connection = psycopg.connect(url, autocommit=True)
    found: psycopg.Connection = _mine.connection
    return found
