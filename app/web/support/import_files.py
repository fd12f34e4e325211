"""What an import gives back as files, in the format in which it came, and templates to begin with."""

from collections.abc import Iterator

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.imports import exports, lifecycle
from app.imports.exports import GivenBack
from app.imports.fields import KINDS
from app.imports.models import Import
from app.imports.templates import template
from app.kernel.errors import NotFound
from app.kernel.files import shown_name
from app.kernel.table_files import Cell, Format
from app.kernel.uow import unit_of_work
from app.web.attachments import table_answer

bp = Blueprint("import_files", __name__, url_prefix="/imports")


@bp.get("/templates/<kind>.<any(csv, xlsx):format>")
def show_template(kind: str, format: Format) -> ResponseReturnValue:
    if kind not in KINDS:
        raise NotFound(f"there is no template for “{kind[:40]}”: choose {', '.join(KINDS)}")
    header, rows = template(kind)
    return table_answer(f"{kind}-template", format, header, rows)


@bp.get("/<int:import_id>/rejected.<any(csv, xlsx):format>")
def rejected(import_id: int, format: Format) -> ResponseReturnValue:
    return _file(import_id, "left-out", exports.REJECTED, format)


@bp.get("/<int:import_id>/results.<any(csv, xlsx):format>")
def results(import_id: int, format: Format) -> ResponseReturnValue:
    return _file(import_id, "results", exports.RESULTS, format)


@bp.get("/<int:import_id>/repairs.<any(csv, xlsx):format>")
def repairs(import_id: int, format: Format) -> ResponseReturnValue:
    return _file(import_id, "repairs", exports.REPAIRS, format)


def _file(import_id: int, what: str, given_back: GivenBack, format: Format) -> ResponseReturnValue:
    with unit_of_work() as session:
        row = lifecycle.get(session, import_id)
    name = shown_name(row.file_name).rpartition(".")[0] or row.file_name
    return table_answer(f"{name}-{what}", format, given_back.header(row), _rows(row, given_back))


def _rows(row: Import, given_back: GivenBack) -> Iterator[list[Cell]]:
    """A transaction for each part: none stays open for long."""
    after: int | None = 0
    while after is not None:
        with unit_of_work() as session:
            part = given_back.part(session, row, after)
        yield from part.rows
        after = part.after
