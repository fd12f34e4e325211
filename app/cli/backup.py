"""``flask backup`` and ``flask restore``: database and files as one archive, and back."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import psycopg

from app.cli import archive, dumping
from app.cli.archive import Manifest
from app.config import Config
from app.embedded.lease import AlreadyRunning, held
from app.kernel import clock, feed, uow
from app.kernel.crypto import Keyring
from app.schema import migrate
from app.web.runtime import config as settings
from app.web.runtime import keys as keyring

FILLED = "SELECT " + " OR ".join(
    f"EXISTS (SELECT FROM {table})" for table in ("company", "users", "skus", "orders", "events")
)
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND usename IS NOT NULL"
)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(file: Path) -> None:
    """Write the database and the kept files to FILE, also while Waybill runs."""
    if file.exists():
        raise click.ClickException(f"{file} exists: name another file, or remove it first")
    if not file.absolute().parent.is_dir():
        raise click.ClickException(f"there is no folder {file.absolute().parent}: make it first")
    config, target = settings(), file.absolute()
    with failures_in_words(), TemporaryDirectory(dir=target.parent, prefix=".waybill-backup-") as folder:
        dump = Path(folder) / archive.DATABASE
        dumping.dump(config.owner_database_url, dump)
        # The database first: a file is kept before its row is written, so each row that was dumped finds its file.
        count = archive.write(
            target, _manifest(config, keyring()), dump=dump, folder=None if config.s3_url else config.files_dir
        )
    click.echo(f"{file}: {target.stat().st_size / 1e6:,.1f} MB, the database and {count:,} files.")
    if config.s3_url:
        click.echo("The files in S3 are not part of it: copy the bucket as well.")
    click.echo("The secret key is not part of it: keep it elsewhere, or two-factor sign-ins and signatures are lost.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Throw away what the database and the files folder hold now.")
def restore_command(file: Path, force: bool) -> None:
    """Put back what FILE holds. Waybill must not be running."""
    config, manifest = settings(), archive.read_manifest(file)
    if config.s3_url and manifest.files == "folder":
        raise click.ClickException(
            "this backup holds files, but here they are kept in S3: restore without S3_URL, then copy them there"
        )
    with ExitStack() as open_things, failures_in_words():
        if config.embedded:
            open_things.enter_context(held(config.instance_dir))
        _refuse_if_in_use(config.owner_database_url, force=force)
        config.files_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = Path(open_things.enter_context(TemporaryDirectory(dir=config.files_dir, prefix=".restore-")))
        count = archive.extract(file, manifest, into=folder)
        dumping.replace(config.owner_database_url, folder / archive.DATABASE)
        _swap_files(folder, config.files_dir)
        migrate(config.owner_database_url)
    _tell(manifest, count, pending=_settle())


COMMANDS = [backup_command, restore_command]


@contextmanager
def failures_in_words() -> Iterator[None]:
    try:
        yield
    except (dumping.ToolFailed, AlreadyRunning, psycopg.Error, OSError) as failure:
        raise click.ClickException(str(failure)) from failure


def fingerprint(keys: Keyring) -> list[str]:
    """Tells keys apart without telling anything about them; the current one first."""
    return [derived.hex()[:16] for derived in keys.derive("backup fingerprint")]


def _manifest(config: Config, keys: Keyring) -> Manifest:
    with psycopg.connect(_libpq(config.owner_database_url)) as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return Manifest(
        format=archive.FORMAT,
        made_at=clock.now().isoformat(timespec="seconds"),
        revision=row[0] if row else "",
        key=fingerprint(keys)[0],
        files="s3" if config.s3_url else "folder",
    )


def _refuse_if_in_use(url: str, *, force: bool) -> None:
    with psycopg.connect(_libpq(url)) as connection:
        [others] = connection.execute(OTHERS).fetchone() or [0]
        if others:
            raise click.ClickException(f"{others} other connections use this database: stop Waybill first")
        [has_tables] = connection.execute("SELECT to_regclass('events') IS NOT NULL").fetchone() or [False]
        if has_tables and not force:
            [is_filled] = connection.execute(FILLED).fetchone() or [False]
            if is_filled:
                raise click.ClickException(
                    "this database is not empty: --force throws away what it holds (make a backup of it first)"
                )


def _swap_files(restored: Path, kept: Path) -> None:
    """The old files go into the temporary folder, and with it; nothing is copied, and ``kept`` may be a mount point."""
    (restored / "replaced").mkdir()
    for folder in kept.glob("??"):
        folder.rename(restored / "replaced" / folder.name)
    for folder in (restored / archive.FILES).glob("??"):
        folder.rename(kept / folder.name)


def _settle() -> int:
    """Feed positions of the old cluster hold; events that had none get one. Answers how many effects wait."""
    with uow.unit_of_work() as session:
        feed.reset(session)
        return int(session.connection().exec_driver_sql("SELECT count(*) FROM deliveries").scalar_one())


def _tell(manifest: Manifest, count: int, *, pending: int) -> None:
    click.echo(f"Restored the database and {count:,} files as they were on {manifest.made_at}.")
    if pending:
        click.echo(
            f"{pending:,} effects (mails, documents) were still to be done then; they will be done at next start."
        )
    if manifest.key not in fingerprint(keyring()):
        click.echo(
            "This backup was made with another secret key: set FORMER_SECRET_KEYS to that key,"
            " or two-factor sign-ins and the signatures of stock chains cannot be read."
        )
    click.echo("Now run: flask verify")


def _libpq(url: str) -> str:
    return url.replace("+psycopg", "", 1)
