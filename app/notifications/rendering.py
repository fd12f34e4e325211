"""Templates of mails: templates/emails/<kind>/{subject.txt,body.txt,body.html}."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "emails"


@dataclass(frozen=True, kw_only=True)
class Rendered:
    subject: str
    text: str
    html: str


def render(kind: str, values: Mapping[str, Any]) -> Rendered:
    """Values are escaped in HTML; a value that is missing is an error, never a gap in the mail."""
    house = _environment()
    return Rendered(
        subject=house.get_template(f"{kind}/subject.txt").render(values).strip(),
        text=house.get_template(f"{kind}/body.txt").render(values).strip() + "\n",
        html=house.get_template(f"{kind}/body.html").render(values),
    )


def kinds() -> list[str]:
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
