"""The list of people and what they may do."""

from collections.abc import Sequence

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ARRAY, BigInteger, Text, bindparam, text
from sqlalchemy.orm import Session

from app.kernel import text as typed
from app.kernel.actor import Actor
from app.kernel.errors import Invalid, NotFound
from app.kernel.events import emit
from app.staff import passwords, sessions
from app.staff.errors import LastAdmin
from app.staff.events import PasswordChanged, UserCreated, UserDisabled, UserEnabled, UserRoleChanged, UserSitesChanged
from app.staff.values import ROLES, THEMES, WAREHOUSE, NewUser


def create(session: Session, people: Sequence[NewUser], *, actor: Actor) -> list[int]:
    """Their ids, in the order given. Raises Invalid for a taken address, an unknown role or site."""
    rows = [_checked(person) for person in people]
    _refuse_taken(session, [row["email"] for row in rows])
    statement = text(
        "INSERT INTO users (email, name, role, password_hash)"
        " SELECT * FROM unnest(CAST(:emails AS text[]), CAST(:names AS text[]), CAST(:roles AS text[]),"
        " CAST(:hashes AS text[])) RETURNING id, email"
    )
    columns = {"emails": "email", "names": "name", "roles": "role", "hashes": "password_hash"}
    given = {name: [row[column] for row in rows] for name, column in columns.items()}
    ids = {row.email: row.id for row in session.execute(statement, given)}
    created = [ids[row["email"]] for row in rows]
    for user_id, person in zip(created, people, strict=True):
        _write_sites(session, user_id, _site_ids(session, person.sites))
    emit(session, [UserCreated(user_id=i, role=p.role) for i, p in zip(created, people, strict=True)], actor=actor)
    return created


def change_role(session: Session, user_ids: Sequence[int], role: str, *, actor: Actor) -> None:
    """Counts from their next request on."""
    typed.choice(role, ROLES, field="role")
    _lock_admins(session)
    changed = _update(session, user_ids, "role = :role", "role <> :role", role=role)
    _keep_an_admin(session)
    emit(session, [UserRoleChanged(user_id=user_id, role=role) for user_id in changed], actor=actor)


def change_sites(session: Session, user_id: int, codes: Sequence[str], *, actor: Actor) -> None:
    """The sites that a warehouse user sees from the next request on."""
    site_ids = _site_ids(session, codes)
    session.execute(text("DELETE FROM user_sites WHERE user_id = :user_id"), {"user_id": user_id})
    _write_sites(session, user_id, site_ids)
    emit(session, [UserSitesChanged(user_id=user_id, site_ids=tuple(site_ids))], actor=actor)


def disable(session: Session, user_ids: Sequence[int], *, actor: Actor) -> None:
    """They are signed out everywhere at once."""
    _lock_admins(session)
    changed = _update(session, user_ids, "is_active = false", "is_active")
    _keep_an_admin(session)
    sessions.end_all(session, changed)
    emit(session, [UserDisabled(user_id=user_id) for user_id in changed], actor=actor)


def enable(session: Session, user_ids: Sequence[int], *, actor: Actor) -> None:
    changed = _update(session, user_ids, "is_active = true", "NOT is_active")
    emit(session, [UserEnabled(user_id=user_id) for user_id in changed], actor=actor)


def set_password(session: Session, user_id: int, password: str, *, actor: Actor, keep: int | None = None) -> None:
    """Ends every session but ``keep`` and every open reset link."""
    email = session.scalar(text("SELECT email FROM users WHERE id = :id FOR UPDATE"), {"id": user_id})
    if email is None:
        raise NotFound(f"there is no user {user_id}")
    passwords.check(password, email=email)
    hashed = passwords.hashed(password)
    session.execute(text("UPDATE users SET password_hash = :hash WHERE id = :id"), {"hash": hashed, "id": user_id})
    session.execute(text("DELETE FROM password_resets WHERE user_id = :id"), {"id": user_id})
    sessions.end_all(session, [user_id], keep=keep)
    emit(session, [PasswordChanged(user_id=user_id)], actor=actor)


def change_profile(session: Session, user_id: int, *, name: str, time_zone: str, has_shortcuts: bool) -> None:
    """What people say about themselves; no event, since a name must not stand in one."""
    clean = typed.line(name, field="name", most=100, required=True)
    zone = str(typed.time_zone(time_zone)) if time_zone else ""
    values = {"name": clean, "zone": zone, "shortcuts": has_shortcuts, "id": user_id}
    session.execute(
        text("UPDATE users SET name = :name, time_zone = :zone, has_shortcuts = :shortcuts WHERE id = :id"), values
    )


def change_theme(session: Session, user_id: int, theme: str) -> None:
    typed.choice(theme, THEMES, field="theme")
    session.execute(text("UPDATE users SET theme = :theme WHERE id = :id"), {"theme": theme, "id": user_id})


def normal_email(email: str, *, field: str = "email") -> str:
    """In small letters. Raises Invalid; does not ask the network."""
    try:
        return validate_email(email.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise Invalid([(field, f"{email[:80]!r} is not an e-mail address: {error}")]) from None


def _checked(person: NewUser) -> dict[str, str]:
    email = normal_email(person.email)
    name = typed.line(person.name, field="name", most=100, required=True)
    typed.choice(person.role, ROLES, field="role")
    if person.sites and person.role != WAREHOUSE:
        raise Invalid([("sites", f"{person.role} sees every site: leave the sites empty")])
    passwords.check(person.password, email=email)
    return {"email": email, "name": name, "role": person.role, "password_hash": passwords.hashed(person.password)}


def _refuse_taken(session: Session, emails: Sequence[str]) -> None:
    statement = text("SELECT email FROM users WHERE email = ANY(:emails)")
    taken = sorted(session.scalars(statement.bindparams(bindparam("emails", emails, ARRAY(Text)))))
    doubled = sorted({email for email in emails if emails.count(email) > 1})
    if taken or doubled:
        raise Invalid([("email", f"{email} has an account already") for email in taken or doubled])


def _site_ids(session: Session, codes: Sequence[str]) -> list[int]:
    statement = text("SELECT code, id FROM sites WHERE code = ANY(:codes)")
    found = {row.code: row.id for row in session.execute(statement, {"codes": list(codes)})}
    if missing := [code for code in codes if code not in found]:
        raise Invalid([("sites", f"there is no site {', '.join(missing)}")])
    return sorted(found.values())


def _write_sites(session: Session, user_id: int, site_ids: Sequence[int]) -> None:
    statement = text("INSERT INTO user_sites (user_id, site_id) SELECT :user_id, unnest(CAST(:site_ids AS bigint[]))")
    session.execute(statement, {"user_id": user_id, "site_ids": list(site_ids)})


def _update(session: Session, user_ids: Sequence[int], change: str, condition: str, **values: object) -> list[int]:
    statement = text(f"UPDATE users SET {change} WHERE id = ANY(:ids) AND {condition} RETURNING id")
    return sorted(session.scalars(statement.bindparams(bindparam("ids", list(user_ids), ARRAY(BigInteger))), values))


def _lock_admins(session: Session) -> None:
    # Two who demote each other at once must neither both succeed nor wait for each other: first all, in one order.
    session.execute(text("SELECT FROM users WHERE role = 'admin' AND is_active ORDER BY id FOR UPDATE"))


def _keep_an_admin(session: Session) -> None:
    if not session.scalar(text("SELECT EXISTS (SELECT FROM users WHERE role = 'admin' AND is_active)")):
        raise LastAdmin("This is the last admin: make somebody else admin first.")
