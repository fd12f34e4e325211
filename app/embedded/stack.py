"""The two servers of one instance folder, and the addresses that the application finds them at."""

from dataclasses import dataclass
from pathlib import Path

from app.embedded import roles
from app.embedded.place import Place, open_place
from app.embedded.postgres import Postgres
from app.embedded.secrets import Secrets, secrets_of
from app.embedded.valkey import Valkey

DATABASE = "waybill"


@dataclass(frozen=True)
class Stack:
    instance: Path
    place: Place
    secrets: Secrets

    @property
    def postgres(self) -> Postgres:
        return Postgres(self.place, self.secrets.superuser)

    @property
    def valkey(self) -> Valkey:
        return Valkey(self.place, self.secrets.valkey)

    @property
    def database_url(self) -> str:
        return self.postgres.url(DATABASE, user=roles.APP, password=self.secrets.app)

    @property
    def owner_database_url(self) -> str:
        return self.postgres.url(DATABASE, user=roles.OWNER, password=self.secrets.owner)

    def create(self) -> None:
        self.postgres.create()
        self.valkey.create()

    def make_database(self) -> None:
        """Roles and an empty database; needs the server to answer, and may be repeated."""
        with self.postgres.connect() as connection:
            roles.make_roles(connection, owner_password=self.secrets.owner, app_password=self.secrets.app)
            roles.make_database(connection, DATABASE)


def stack_of(instance: Path) -> Stack:
    """Makes the folder and its secrets at first use; starts nothing."""
    place = open_place(instance)
    return Stack(instance, place, secrets_of(instance))
