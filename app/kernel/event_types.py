"""The base of all events, their names, and how they are written down."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, get_origin, get_type_hints

TYPES: dict[str, type["Event"]] = {}
ENCODER = json.JSONEncoder(separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Past tense; ids, codes and amounts only. ``subject`` is the table whose row carries ``event_sequence``."""

    subject: ClassVar[str]

    def __init_subclass__(cls) -> None:
        if cls.__name__ in TYPES:
            raise TypeError(f"two events are called {cls.__name__}")
        TYPES[cls.__name__] = cls

    @property
    def subject_id(self) -> int:
        raise NotImplementedError

    @property
    def name(self) -> str:
        return type(self).__name__

    @property
    def payload(self) -> dict[str, Any]:
        return {name: _plain(value) for name, value in vars(self).items()}


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """An event as it stands in the table; ``position`` is its place in the feed."""

    id: int
    position: int
    sequence: int
    event: Event
    actor: str
    cause: str
    request_id: str
    occurred_at: datetime


def decode(name: str, payload: Mapping[str, Any]) -> Event:
    """The event as it was emitted. Fields that its class has lost since are dropped."""
    cls = TYPES[name]
    hints = get_type_hints(cls)
    return cls(**{key: _restored(hints[key], value) for key, value in payload.items() if key in hints})


def canonical(payload: Mapping[str, Any]) -> str:
    return ENCODER.encode(payload)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list | frozenset):
        return [_plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _restored(hint: Any, value: Any) -> Any:
    if get_origin(hint) is tuple:
        return tuple(value)
    if hint in (datetime, date):
        return hint.fromisoformat(value)
    return value
