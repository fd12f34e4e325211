"""What a mailer must do."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Literal, Protocol

from app.notifications.values import Mail


class Transmit(Protocol):
    def __call__(self, mail: Mail, *, hand_over: Callable[[], None]) -> Literal["accept", "keep"]:
        """Hand one mail over and answer what became of it.

        ``hand_over`` is called once, at the last moment when nothing has happened that cannot be taken back; what it
        raises ends the attempt. Raises ProviderError: ``permanent`` when it was refused for good, ``unknown`` when the
        answer after ``hand_over`` got lost; any other failure means that the mail was not taken.
        """


class Mailer(Protocol):
    name: str

    def session(self) -> AbstractContextManager[Transmit]:
        """What mails that are sent one after another can share, such as a connection; opened when first needed."""
