"""The broken rules of this package."""

from app.kernel.errors import DomainError


class WrongPassword(DomainError):
    """Neutral on purpose: it does not say which of the two was wrong."""

    def __init__(self, message: str = "E-mail and password do not match.", *, field: str = "password") -> None:
        super().__init__(message, field=field)


class WrongCode(DomainError):
    """The six digits are wrong, too old, or were used already."""

    def __init__(self) -> None:
        super().__init__("This code does not fit, or was used already. Wait for the next one.", field="code")


class WeakPassword(DomainError):
    """Too short, too long or too easy to guess."""


class LinkUsed(DomainError):
    """The reset link was used, replaced by another password, or is too old; the web answers 400."""


class UnknownKey(DomainError):
    """No such API key, or it was revoked or has ended; the API answers 401."""


class LastAdmin(DomainError):
    """Nobody could administer the installation any more."""
