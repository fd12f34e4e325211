"""An import at the terminal: the same steps as on the page, one after the other, with progress on standard error."""

import time

import click
from sqlalchemy.orm import Session

from app.imports import lifecycle
from app.imports.models import Import
from app.imports.progress import Progress, progress
from app.kernel.actor import Actor
from app.kernel.errors import DomainError
from app.kernel.files import FileStore
from app.kernel.uow import run
from app.workflows.check_import import ask_for_check, check_import
from app.workflows.run_import import advance_import, begin_run
from app.workflows.start_import import Kept, Upload, keep_upload, start_import, unfinished

ACTOR = Actor(kind="command")
EVERY_SECONDS = 1.0


class NotImported(DomainError):
    """The file cannot be taken in; the message says why and where."""


def check(upload: Upload, store: FileStore) -> int:
    """Read the whole file; answers the import. One of the same file that was cut off in the middle goes on instead."""
    interrupted = run(lambda session: _interrupted(session, upload))
    if interrupted is not None:
        click.echo(f"Import {interrupted} of this file was cut off: it goes on where it stopped.", err=True)
        return interrupted
    kept = keep_upload(upload, store=store)
    import_id = run(lambda session: _start(session, kept))
    click.echo(f"Reading {upload.name} …", err=True)
    run(lambda session: check_import(session, import_id, upload.stream))
    row = run(lambda session: lifecycle.get(session, import_id))
    if row.state == "failed":
        raise NotImported(f"{upload.name}: {row.error}")
    return import_id


def take_in(import_id: int) -> None:
    """Batch by batch until nothing is left."""
    if run(lambda session: lifecycle.get(session, import_id)).state != "running":
        run(lambda session: begin_run(session, import_id))
    shown = time.monotonic()
    while run(lambda session: advance_import(session, import_id, actor=ACTOR)):
        if time.monotonic() - shown >= EVERY_SECONDS:
            shown = time.monotonic()
            _show(run(lambda session: progress(lifecycle.get(session, import_id))))
    _show(run(lambda session: progress(lifecycle.get(session, import_id))))


def _interrupted(session: Session, upload: Upload) -> int | None:
    row = unfinished(session, upload)
    return row.id if row else None


def _start(session: Session, kept: Kept) -> int:
    row: Import = start_import(session, kept, actor=ACTOR)
    ask_for_check(session, row.id, columns=dict(row.mapping), options=kept.upload.options)
    return row.id


def _show(now: Progress) -> None:
    click.echo(f"  {now}", err=True)
