"""``flask users`` and ``flask api-keys``: people, and keys for programs, where no admin page can be reached."""

import secrets
from datetime import timedelta

import click

from app.kernel import clock
from app.kernel.actor import Actor
from app.kernel.errors import NotFound
from app.kernel.uow import unit_of_work
from app.staff import api_keys, queries, totp
from app.staff import users as people
from app.staff.values import ROLES, NewUser

ACTOR = Actor(kind="command")


@click.group("users")
def users() -> None:
    """People who sign in."""


@users.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option(
    "--site", "sites", multiple=True, help="Code of a site that a warehouse user may see; repeat it for more."
)
@click.option("--ask-password", is_flag=True, help="Type the password instead of having one made.")
def create(email: str, name: str, role: str, sites: tuple[str, ...], ask_password: bool) -> None:
    """Add a person and print the password, once."""
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask_password else _random()
    with unit_of_work() as session:
        people.create(
            session,
            [NewUser(email=email, name=name, role=role, password=password, sites=sites)],
            actor=ACTOR,
        )
    click.echo(f"{email} can sign in as {role}." if ask_password else f"{email} can sign in as {role} with: {password}")


@users.command("list")
def show() -> None:
    """Everybody, with role and sites."""
    with unit_of_work() as session:
        rows = queries.people(session)
    for row in rows:
        state = "" if row.is_active else "  disabled"
        click.echo(f"{row.email}  {row.role}  {','.join(row.sites) or 'all sites'}{state}")


@users.command("reset-password")
@click.argument("email")
def reset_password(email: str) -> None:
    """Make a new password, sign the person out everywhere, and stop asking for codes from a phone."""
    password = _random()
    with unit_of_work() as session:
        user_id = next((row.id for row in queries.people(session) if row.email == email.lower()), None)
        if user_id is None:
            raise NotFound(f"nobody has the address {email}: flask users list shows everybody")
        people.set_password(session, user_id, password, actor=ACTOR)
        totp.remove(session, user_id, actor=ACTOR)
    click.echo(f"{email} can sign in with: {password}")


@click.group("api-keys")
def keys() -> None:
    """Keys for programs."""


@keys.command("create")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(api_keys.SCOPES))
@click.option("--days", type=click.IntRange(1, 3650), help="How long it lasts; without this it has no end.")
def create_key(name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Print a new key. It is shown this once."""
    expires_at = clock.now() + timedelta(days=days) if days else None
    with unit_of_work() as session:
        key = api_keys.create(session, name, scopes, actor=ACTOR, expires_at=expires_at)
    click.echo(key.text)


@keys.command("list")
def show_keys() -> None:
    """Every key, with its scopes and whether it still opens."""
    with unit_of_work() as session:
        rows = queries.api_keys(session)
    for row in rows:
        state = "revoked" if row.revoked_at else f"ends {row.expires_at:%Y-%m-%d}" if row.expires_at else "no end"
        click.echo(f"{row.id}  {row.prefix}  {row.name}  {' '.join(row.scopes)}  {state}")


@keys.command("revoke")
@click.argument("key_id", type=int)
def revoke(key_id: int) -> None:
    """A key opens nothing from the next request on."""
    with unit_of_work() as session:
        api_keys.revoke(session, [key_id], actor=ACTOR)
    click.echo(f"Key {key_id} is revoked.")


def _random() -> str:
    return secrets.token_urlsafe(12)


COMMANDS = [users, keys]
