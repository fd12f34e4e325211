"""Adapters by short name: imported on first use, so that an unused vendor's SDK is never loaded."""

from collections.abc import Callable
from importlib import import_module
from typing import Generic, TypeVar, cast

from app.kernel.errors import DomainError

T = TypeVar("T")


class UnknownName(DomainError):
    """Nothing is registered under this name."""


class Registry(Generic[T]):
    """``Registry[Carrier]("carrier", manual="app.shipping.adapters.manual.ManualCarrier")``; T is what it makes."""

    def __init__(self, what: str, **paths: str) -> None:
        self.what = what
        self._paths = paths
        self._loaded: dict[str, Callable[..., T]] = {}

    def names(self) -> list[str]:
        return sorted(self._paths)

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def get(self, name: str) -> Callable[..., T]:
        """The class (or factory) behind the name; the caller constructs it. Raises UnknownName, listing the others."""
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def _load(self, name: str) -> Callable[..., T]:
        if name not in self._paths:
            known = ", ".join(self.names()) or "none yet"
            raise UnknownName(f"there is no {self.what} called {name!r}; known: {known}")
        module, _, attribute = self._paths[name].rpartition(".")
        return cast(Callable[..., T], getattr(import_module(module), attribute))
