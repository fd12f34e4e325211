"""Flask's own settings, none left to its defaults where they matter."""

from typing import Any
from urllib.parse import urlsplit

from app.config import Config

MEGABYTE = 1024 * 1024
YEAR_SECONDS = 365 * 24 * 3600
LOCAL = ("localhost", "127.0.0.1", "[::1]")


def flask_settings(config: Config) -> dict[str, Any]:
    is_secure = config.base_url.startswith("https://")
    return {
        "SECRET_KEY": config.secret_key,
        "SECRET_KEY_FALLBACKS": list(config.former_secret_keys),
        "PREFERRED_URL_SCHEME": "https" if is_secure else "http",
        "TRUSTED_HOSTS": trusted_hosts(config),
        "SESSION_COOKIE_NAME": "__Host-sid" if is_secure else "sid",
        "SESSION_COOKIE_SECURE": is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": 4 * MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 2 * MEGABYTE,
        "MAX_FORM_PARTS": 2_000,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": True,
        "WTF_CSRF_HEADERS": ["X-CSRFToken"],
        "JSON_SORT_KEYS": False,
    }


def trusted_hosts(config: Config) -> list[str]:
    """The names under which this installation may be asked for; any other ``Host`` is refused."""
    named = urlsplit(config.base_url).hostname or ""
    bound = (config.host,) if config.host not in {"0.0.0.0", "::"} else ()  # noqa: S104
    return sorted({named, *LOCAL, *bound, *config.trusted_hosts} - {""})
