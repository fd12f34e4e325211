"""A forgotten password: a link by mail, good once and for an hour."""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import signing
from app.kernel.actor import SYSTEM, Actor
from app.kernel.crypto import Keyring
from app.kernel.errors import NotFound
from app.kernel.events import emit
from app.kernel.signing import LinkExpired
from app.staff import users
from app.staff.errors import LinkUsed
from app.staff.events import PasswordResetRequested

SCOPE = "password-reset"
LASTS = timedelta(minutes=60)
MOST_PER_HOUR = 5


def request(session: Session, email: str) -> None:
    """Starts a mail if somebody has this address; says nothing either way."""
    statement = text(
        "INSERT INTO password_resets (user_id) SELECT id FROM users u WHERE email = :email AND is_active"
        " AND (SELECT count(*) FROM password_resets WHERE user_id = u.id"
        " AND created_at > now() - interval '1 hour') < :most"
        " RETURNING id, user_id"
    )
    row = session.execute(statement, {"email": email.strip().lower(), "most": MOST_PER_HOUR}).one_or_none()
    if row is not None:
        emit(session, [PasswordResetRequested(user_id=row.user_id, reset_id=row.id)], actor=SYSTEM)


def link(keys: Keyring, reset_id: int) -> str:
    """What the mail carries. It can be made again for a retry: nothing secret is stored."""
    return signing.sign_link(keys, reset_id, scope=SCOPE, lasts=LASTS)


def check(session: Session, token: str, *, keys: Keyring) -> int:
    """Whose password it may change. Raises LinkUsed, whatever is wrong with it."""
    statement = text(
        "SELECT r.id, r.user_id FROM password_resets r JOIN users u ON u.id = r.user_id"
        " WHERE r.id = :id AND r.used_at IS NULL AND u.is_active AND r.created_at > now() - :lasts FOR UPDATE OF r"
    )
    row = session.execute(statement, {"id": _reset_id(token, keys), "lasts": LASTS}).one_or_none()
    if row is None:
        raise _refusal()
    return int(row.user_id)


def use(session: Session, token: str, password: str, *, keys: Keyring) -> None:
    """Sets the password, signs the person out everywhere and makes every open link useless."""
    user_id = check(session, token, keys=keys)
    users.set_password(session, user_id, password, actor=Actor(kind="user", id=user_id))


def _reset_id(token: str, keys: Keyring) -> int:
    try:
        return int(signing.read_link(keys, token, scope=SCOPE))
    except (NotFound, LinkExpired):
        raise _refusal() from None


def _refusal() -> LinkUsed:
    return LinkUsed("This link was used already or is older than an hour. Ask for a new one.")
