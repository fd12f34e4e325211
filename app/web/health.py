"""For proxies and supervisors: is the process alive, and can it do its work?"""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, jsonify
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from app.kernel.uow import unit_of_work
from app.schema import MIGRATIONS
from app.web.runtime import config

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """503 without the database or its newest tables; without Redis we are slower, not down."""
    parts = {"database": _database(), "redis": _redis()}
    is_ready = parts["database"] == "ok"
    status = "ok" if set(parts.values()) == {"ok"} else "degraded"
    return jsonify(status=status if is_ready else "down", **parts), 200 if is_ready else 503


def _database() -> str:
    try:
        with unit_of_work() as session:
            found = MigrationContext.configure(session.connection()).get_current_revision()
    except SQLAlchemyError:
        return "away"
    wanted = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    return "ok" if found == wanted else f"at {found}, needs {wanted}"


def _redis() -> str:
    try:
        with Redis.from_url(config().redis_url, socket_timeout=1, socket_connect_timeout=1) as redis:
            redis.ping()
    except (RedisError, OSError):
        return "away"
    return "ok"
