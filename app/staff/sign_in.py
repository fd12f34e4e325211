"""Who is it? A password, and the six digits if the person asked for them."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.actor import Actor
from app.kernel.events import emit
from app.staff import passwords
from app.staff.errors import WrongPassword
from app.staff.events import UserSignedIn


@dataclass(frozen=True, kw_only=True)
class Known:
    user_id: int
    needs_code: bool


def identify(session: Session, email: str, password: str) -> Known:
    """Raises WrongPassword: the same, after the same time, for a wrong password, an unknown and a disabled person."""
    row = session.execute(
        text("SELECT id, password_hash, is_active, totp_confirmed_at FROM users WHERE email = :email"),
        {"email": email.strip().lower()},
    ).one_or_none()
    if not passwords.fits(password, row.password_hash if row else None) or row is None or not row.is_active:
        raise WrongPassword
    if passwords.is_outdated(row.password_hash):
        _renew(session, row.id, password)
    return Known(user_id=row.id, needs_code=row.totp_confirmed_at is not None)


def confirm(session: Session, user_id: int, password: str) -> None:
    """Ask a signed-in person again. Raises WrongPassword."""
    stored = session.scalar(text("SELECT password_hash FROM users WHERE id = :id AND is_active"), {"id": user_id})
    if not passwords.fits(password, stored):
        raise WrongPassword("This is not your present password.", field="current")


def record(session: Session, user_id: int, *, actor: Actor) -> None:
    session.execute(text("UPDATE users SET last_sign_in_at = now() WHERE id = :id"), {"id": user_id})
    emit(session, [UserSignedIn(user_id=user_id)], actor=actor)


def _renew(session: Session, user_id: int, password: str) -> None:
    values = {"hash": passwords.hashed(password), "id": user_id}
    session.execute(text("UPDATE users SET password_hash = :hash WHERE id = :id"), values)
