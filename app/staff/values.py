"""What the verbs of this package take and give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ADMIN, SUPPORT, WAREHOUSE = "admin", "support", "warehouse"
ROLES = (ADMIN, SUPPORT, WAREHOUSE)
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, kw_only=True)
class NewUser:
    """``sites`` are codes; they matter for warehouse users only."""

    email: str
    name: str
    role: str
    password: str
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Person:
    """A user as the pages know them. ``site_ids`` is empty for people who see every site."""

    id: int
    email: str
    name: str
    role: str
    theme: str = "auto"
    time_zone: str = ""
    has_shortcuts: bool = True
    has_totp: bool = False
    site_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """``is_stale`` says that the time of the last visit should be written down again."""

    id: int
    person: Person
    data: Mapping[str, Any] = field(default_factory=dict)
    is_stale: bool = False


@dataclass(frozen=True, kw_only=True)
class Browser:
    """Where a session was opened, so that its owner can recognise it."""

    name: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Key:
    """An API key that was accepted."""

    id: int
    name: str
    scopes: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """The only moment at which ``text``, the key itself, is known."""

    id: int
    name: str
    text: str
