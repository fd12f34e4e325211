"""Two roles: ``owner`` owns the tables and migrates, ``app`` may only do what it was granted."""

import psycopg
from psycopg import sql

OWNER = "owner"
APP = "app"


def make_roles(connection: psycopg.Connection, *, owner_password: str, app_password: str) -> None:
    """Set the passwords again each time, so that the secrets at hand are always the ones that work."""
    for role, password in ((OWNER, owner_password), (APP, app_password)):
        found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        verb = sql.SQL("ALTER ROLE" if found else "CREATE ROLE")
        connection.execute(
            sql.SQL("{} {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                verb, sql.Identifier(role), sql.Literal(password)
            )
        )


def make_database(connection: psycopg.Connection, name: str, *, template: str = "template1") -> None:
    """Owned by ``owner``; nobody else may make things in it."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
        )
    )
