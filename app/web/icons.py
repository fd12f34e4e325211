"""The icons that are used, cut from the sheet of all: every quoted word of ours that is the name of an icon."""

import re
from pathlib import Path

from app.config import ROOT

SPRITE = ("bootstrap-flask", "flask_bootstrap/static/bootstrap5/icons/bootstrap-icons.svg")
SYMBOL = re.compile(r'<symbol[^>]*\bid="([a-z0-9-]+)".*?</symbol>', re.DOTALL)
QUOTED = re.compile(r"""["']([a-z][a-z0-9-]+)["']""")
SEARCHED = (("templates", "*.html"), ("app/web", "*.py"), ("static/js", "*.js"))


def cut_sprite(sheet: bytes, root: Path = ROOT) -> bytes:
    symbols = {match[1]: match[0] for match in SYMBOL.finditer(sheet.decode())}
    used = sorted(words_in(root) & symbols.keys())
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols[name] for name in used)}</svg>'.encode()


def words_in(root: Path) -> set[str]:
    paths = (path for folder, kind in SEARCHED for path in (root / folder).rglob(kind))
    return {word for path in paths for word in QUOTED.findall(path.read_text(encoding="utf-8"))}
