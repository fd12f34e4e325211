"""Between the password and the six digits: who is expected, kept in the stranger's signed cookie for five minutes."""

from dataclasses import dataclass

from flask import session

from app.kernel import clock

SECONDS = 300
KEY = "second_step"


@dataclass(frozen=True)
class Expected:
    user_id: int
    keep: bool
    onward: str


def begin(user_id: int, *, keep: bool, onward: str) -> None:
    until = int(clock.now().timestamp()) + SECONDS
    session[KEY] = {"user_id": user_id, "keep": keep, "onward": onward, "until": until}


def expected() -> Expected | None:
    """None after five minutes, and for whoever has not given the password."""
    kept = session.get(KEY)
    if not kept or kept["until"] < clock.now().timestamp():
        return None
    return Expected(kept["user_id"], kept["keep"], kept["onward"])
