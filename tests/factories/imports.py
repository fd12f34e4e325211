"""Files taken in as the commands do it, for tests that start where an import ended."""

import io
from pathlib import Path

from sqlalchemy.orm import Session

from app.imports import exports, lifecycle
from app.imports.exports import GivenBack
from app.imports.models import Import
from app.imports.options import Options
from app.kernel.actor import Actor
from app.kernel.files import FolderStore
from app.kernel.table_files import write_table
from app.workflows.check_import import ask_for_check, check_import
from app.workflows.run_import import advance_import, begin_run
from app.workflows.start_import import Upload, keep_upload, start_import

ACTOR = Actor(kind="command")


def checked(
    session: Session,
    folder: Path,
    content: bytes,
    *,
    kind: str = "orders",
    options: Options = Options(),  # noqa: B008
) -> Import:
    """Uploaded, matched by the guess, and read."""
    stream = io.BytesIO(content)
    upload = Upload(kind=kind, name=f"{kind}.csv", stream=stream, options=options)
    row = start_import(session, keep_upload(upload, store=FolderStore(folder)), actor=ACTOR)
    ask_for_check(session, row.id, columns=dict(row.mapping), options=options)
    check_import(session, row.id, stream)
    return lifecycle.get(session, row.id)


def taken_in(
    session: Session,
    folder: Path,
    content: bytes,
    *,
    kind: str = "orders",
    options: Options = Options(),  # noqa: B008
) -> Import:
    """Checked, confirmed, and run to the end."""
    row = checked(session, folder, content, kind=kind, options=options)
    begin_run(session, row.id)
    while advance_import(session, row.id, actor=ACTOR):
        pass
    return lifecycle.get(session, row.id)


def given_back(session: Session, row: Import, what: GivenBack = exports.REJECTED) -> bytes:
    """The first part of a file about an import, in the format in which that came."""
    target = io.BytesIO()
    write_table(target, row.format, what.header(row), what.part(session, row, 0).rows)  # type: ignore[arg-type]
    return target.getvalue()
