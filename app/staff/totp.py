"""Six digits from a phone as a second proof; each code opens once."""

import pyotp
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import clock, crypto
from app.kernel.actor import Actor
from app.kernel.crypto import Keyring
from app.kernel.errors import StaleState
from app.kernel.events import emit
from app.staff.errors import WrongCode
from app.staff.events import TotpConfirmed, TotpRemoved

PURPOSE = "totp"
STEP_SECONDS = 30
DRIFT = (-1, 0, 1)


def begin(session: Session, user_id: int, *, keys: Keyring) -> str:
    """A new secret for the phone; it counts once a code was confirmed. Raises StaleState if one counts already."""
    secret = pyotp.random_base32()
    statement = text(
        "UPDATE users SET totp_secret = :secret, totp_counter = 0"
        " WHERE id = :id AND totp_confirmed_at IS NULL RETURNING id"
    )
    stored = crypto.encrypt(keys, secret, purpose=PURPOSE)
    if session.execute(statement, {"id": user_id, "secret": stored}).one_or_none() is None:
        raise StaleState("codes from a phone are in use already: remove them first")
    return secret


def address(secret: str, *, email: str, issuer: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def pending(session: Session, user_id: int, *, keys: Keyring) -> str | None:
    """The secret that was begun and not confirmed yet."""
    statement = text("SELECT totp_secret FROM users WHERE id = :id AND totp_confirmed_at IS NULL")
    stored = session.scalar(statement, {"id": user_id})
    return crypto.decrypt(keys, stored, purpose=PURPOSE) if stored else None


def confirm(session: Session, user_id: int, code: str, *, keys: Keyring, actor: Actor) -> None:
    """From now on the code is asked for at sign-in. Raises WrongCode."""
    check(session, user_id, code, keys=keys)
    statement = text(
        "UPDATE users SET totp_confirmed_at = now() WHERE id = :id AND totp_confirmed_at IS NULL RETURNING id"
    )
    if session.execute(statement, {"id": user_id}).one_or_none() is not None:
        emit(session, [TotpConfirmed(user_id=user_id)], actor=actor)


def check(session: Session, user_id: int, code: str, *, keys: Keyring) -> None:
    """Raises WrongCode. The counter moves in the same statement that tests it, so a code cannot open twice at once."""
    stored = session.scalar(text("SELECT totp_secret FROM users WHERE id = :id AND is_active"), {"id": user_id})
    counter = _counter(crypto.decrypt(keys, stored, purpose=PURPOSE), code) if stored else None
    statement = text("UPDATE users SET totp_counter = :counter WHERE id = :id AND totp_counter < :counter RETURNING id")
    if counter is None or session.execute(statement, {"id": user_id, "counter": counter}).one_or_none() is None:
        raise WrongCode


def remove(session: Session, user_id: int, *, actor: Actor) -> None:
    statement = text(
        "UPDATE users SET totp_secret = NULL, totp_confirmed_at = NULL, totp_counter = 0"
        " WHERE id = :id AND totp_secret IS NOT NULL RETURNING id"
    )
    if session.execute(statement, {"id": user_id}).one_or_none() is not None:
        emit(session, [TotpRemoved(user_id=user_id)], actor=actor)


def _counter(secret: str, code: str) -> int | None:
    """Which half minute the code belongs to: this one, the last or the next."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    digits = code.replace(" ", "")
    fitting = [now + step for step in DRIFT if crypto.same(totp.generate_otp(now + step), digits)]
    return fitting[-1] if fitting else None
