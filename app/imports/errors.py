"""Refusals of whole files; a bad row is no error but a rejected row."""

from app.kernel.errors import DomainError


class UnreadableFile(DomainError):
    """The file cannot be read as a table; the message names the line."""

    field = "file"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


class NotATable(UnreadableFile):
    """The content is something else than delimited text (415)."""


class FileTooLarge(UnreadableFile):
    """More bytes or rows than an import takes (413)."""


class UnmatchedColumns(DomainError):
    """Columns that an import cannot do without are not matched to any header."""
