"""What happens to people's accounts: ids and codes only."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class UserEvent(Event):
    subject: ClassVar[str] = "users"

    user_id: int

    @property
    def subject_id(self) -> int:
        return self.user_id


@dataclass(frozen=True, kw_only=True)
class UserCreated(UserEvent):
    role: str


@dataclass(frozen=True, kw_only=True)
class UserRoleChanged(UserEvent):
    role: str


@dataclass(frozen=True, kw_only=True)
class UserSitesChanged(UserEvent):
    site_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class UserDisabled(UserEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class UserEnabled(UserEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class UserSignedIn(UserEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(UserEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(UserEvent):
    """``reset_id`` is what the link in the mail is signed over."""

    reset_id: int


@dataclass(frozen=True, kw_only=True)
class TotpConfirmed(UserEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class TotpRemoved(UserEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ApiKeyEvent(Event):
    subject: ClassVar[str] = "api_keys"

    key_id: int

    @property
    def subject_id(self) -> int:
        return self.key_id


@dataclass(frozen=True, kw_only=True)
class ApiKeyCreated(ApiKeyEvent):
    scopes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(ApiKeyEvent):
    pass
