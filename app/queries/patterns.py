"""What somebody typed, as a pattern of LIKE: every character of it means itself."""

import re


def beginning(word: str) -> str:
    return f"{_literal(word)}%"


def anywhere(word: str) -> str:
    return f"%{_literal(word)}%"


def _literal(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)
