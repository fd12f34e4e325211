"""One JSON line per event on stdout: allow-listed keys, redacted values, request and event ids bound."""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, TextIO

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from structlog.typing import ExcInfo, Processor

from app.kernel.text import mask_cards

LONGEST, WORD = 20_000, 60
TALKATIVE = ("alembic", "httpx", "httpcore")
# A key is listed only if its values can never be personal data or a secret. Anything else is named in "dropped".
ALLOWED = frozenset(
    [
        *("at", "level", "logger", "event", "exception", "dropped", "request_id", "event_id", "actor", "role"),
        *("method", "path", "host", "status", "milliseconds", "provider", "attempt", "tries", "retry_after"),
        *("queue", "job_id", "handler", "delivery_id", "position", "consumer", "lag", "worker", "due", "dead"),
        *("order_id", "number", "customer_id", "sku", "sku_id", "site", "site_id", "stock_level_id", "parcel_id"),
        *("fulfilment_order_id", "message_id", "file_id", "import_id", "count", "rows", "bytes", "batch", "seconds"),
        *("error", "sqlstate", "reason", "signal", "pid", "process", "exit_code", "port", "revision", "check"),
        *("setting", "version"),
    ]
)
SAYING = (SQLAlchemyError, RedisError, OSError, RuntimeError)  # KeyError('Anna') says a name
NAMED_CREDENTIAL = (
    r"(?i)\b((?:set-)?cookie|authorization|password|passwd|secret|token|api[_-]?key)(['\"]?\s*[:=]\s*)[^\s,;&]+"
)
PHONE = r"(?<![\w.-])(?:\+[0-9][0-9 ().-]{6,18}[0-9]|\(?[0-9]{3}\)?[ .-][0-9]{3}[ .-][0-9]{4})(?![\w-])"

ENCODER = json.JSONEncoder(default=repr)  # ASCII alone; made once, which json.dumps would do for each line
PATTERNS = [
    (re.compile(r"(?i)\b(bearer|basic)\s+[a-z0-9._~+/=-]{6,}"), r"\1 [secret]"),
    (re.compile(r"(?i)\b(?:sk|rk|pk|whsec|shpat|rzp|xox[a-z])_[a-z0-9_-]{8,}"), "[secret]"),
    (re.compile(NAMED_CREDENTIAL), r"\1\2[secret]"),
    (re.compile(r"(?i)(://[^/\s:@]*):[^/\s@]+@"), r"\1:[secret]@"),
    (re.compile(r"(/track/)[^/\s?\"']+"), r"\1[token]"),
    (re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*[0-9])[A-Za-z0-9_-]{32,}"), "[token]"),
    (re.compile(r"[^\s@<>\"'(=:/]{1,64}@[^\s@<>\"')]{1,250}\.[A-Za-z]{2,}"), "[mail]"),
    (re.compile(PHONE), "[phone]"),
    (re.compile(r"(?m)^(DETAIL|CONTEXT):.*$"), r"\1: [values]"),
    (re.compile(r"(?m)\[parameters: .*\]$"), "[parameters: [values]]"),
    (re.compile(r"(invalid input (?:syntax|value) for [^:\n]*: ).*"), r"\1[value]"),
]  # fmt: skip


def configure(level: str = "INFO") -> None:
    """Send structlog and the standard library's loggers to stdout in this form. May be called again."""
    handler = _Stdout()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_gathering(),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_writing()],
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for talkative in TALKATIVE:
        logging.getLogger(talkative).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_gathering(), *_writing()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=_Lines,
        cache_logger_on_first_use=False,
    )


def logger(name: str) -> Any:
    """``log = logs.logger(__name__)``, then ``log.info("deliveries_claimed", count=20)``: a fixed name, listed keys."""
    return structlog.get_logger(name)


@contextmanager
def bound(**ids: str | int | None) -> Iterator[None]:
    """Every line logged inside carries these keys: request_id, event_id, actor, order_id."""
    with structlog.contextvars.bound_contextvars(**{key: value for key, value in ids.items() if value is not None}):
        yield


def redact(text: str) -> str:
    """The text without mail addresses, phone and card numbers, credentials, tracking tokens and values of rows."""
    return _redacted_word(text) if len(text) <= WORD else _without_secrets(text)


def only_allowed(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Processor: drop the values of keys that are not listed, but say which they were."""
    dropped = sorted(key for key in entry if key not in ALLOWED)
    kept = {key: value for key, value in entry.items() if key in ALLOWED}
    return {**kept, "dropped": [redact(key) for key in dropped]} if dropped else kept


def redact_values(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Processor: ``redact`` every value; ids keep their form."""
    return {key: value if key == "request_id" else _redacted(value) for key, value in entry.items()}


def without_values(exc_info: ExcInfo) -> str:
    """Where it broke and what led to it; the words only of errors that do not quote what a person typed."""
    told, seen = list[str](), set[int]()
    error: BaseException | None = exc_info[1]
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        words = f": {error}" if isinstance(error, SAYING) else ""
        told.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__name__ + words)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nwhich led to\n".join(reversed(told))


class _Lines:
    """Where our own loggers write, without the detour over the standard library's, which costs as much as the rest."""

    def __init__(self, name: str) -> None:
        self.name = name

    def msg(self, line: str) -> None:
        """A line that cannot be written is lost: what it tells of has happened, and must not fail for it."""
        with suppress(OSError, ValueError):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()

    debug = info = warning = error = critical = msg


class _Stdout(logging.StreamHandler[TextIO]):
    """Writes to what ``sys.stdout`` is now, not to what it was when logging was configured."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    def createLock(self) -> None:  # noqa: N802
        """None: a line is handed over whole, and threads that wait for one another here cost more than the line."""
        self.lock = None

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stdout


def _without_secrets(text: str) -> str:
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    return mask_cards(text)


# Names of events, routes and loggers come again with every line; a dozen patterns over each cost more than the line.
_redacted_word = lru_cache(maxsize=512)(_without_secrets)


def _redacted(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_redacted(each) for each in value]
    return redact(str(value)[:LONGEST])


def _gathering() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
    ]


def _writing() -> list[Processor]:
    return [
        structlog.processors.ExceptionRenderer(without_values),
        only_allowed,
        redact_values,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.JSONRenderer(lambda entry, **_: ENCODER.encode(entry)),
    ]
