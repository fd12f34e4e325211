"""For proxies and supervisors: is the process alive, and can it do its work?"""

from flask import Blueprint, Response, jsonify
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.config import ROOT
from app.kernel.uow import unit_of_work
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
            has_any = session.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
            found = session.scalar(text("SELECT version_num FROM alembic_version")) if has_any else None
    except SQLAlchemyError:
        return "away"
    wanted = newest_migration()
    return "ok" if found == wanted else f"at {found}, needs {wanted}"


def newest_migration() -> str:
    """By the names of the files, which are numbered: alembic would take 8 MB of each web process to say it."""
    return max(path.name.partition("_")[0] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))


def _redis() -> str:
    try:
        with Redis.from_url(config().redis_url, socket_timeout=1, socket_connect_timeout=1) as redis:
            redis.ping()
    except (RedisError, OSError):
        return "away"
    return "ok"
