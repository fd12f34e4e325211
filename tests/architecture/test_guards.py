"""Rules about the whole project that no linter knows."""

import re
import tomllib
from pathlib import Path

from alembic.script import ScriptDirectory

from app.config import ROOT
from app.schema import MIGRATIONS

LOCKS = ("requirements.txt", "requirements-dev.txt")


def test_migrations_are_numbered_without_gaps_or_branches() -> None:
    files = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))

    assert [name[:4] for name in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_every_requirement_is_locked_with_hashes() -> None:
    for name in LOCKS:
        blocks = re.split(r"\n(?=\S)", _without_comments(ROOT / name))

        assert all("==" in block and "--hash=sha256:" in block for block in blocks if block.strip()), name


def test_the_locks_name_no_address() -> None:
    for name in LOCKS:
        assert not re.search(r"https?://|--index-url|--find-links", (ROOT / name).read_text())


def test_what_is_excluded_is_in_no_lock() -> None:
    excluded = set(_without_comments(ROOT / "requirements-excluded.in").split())
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE))

    assert "django" in excluded
    assert not excluded & locked


def test_both_locks_agree() -> None:
    runtime, everything = (_pins(ROOT / name) for name in LOCKS)

    assert runtime.items() <= everything.items()


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in _modules() if not path.read_text().lstrip().startswith('"""')]

    assert silent == []


def test_every_setting_is_listed_in_the_example() -> None:
    read = set(re.findall(r'read\.\w+\("([A-Z0-9_]+)"', (ROOT / "app" / "config.py").read_text()))
    read |= {"DATABASE_URL", "REDIS_URL", "SECRET_KEY"}
    listed = set(re.findall(r"^#?\s?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert read == listed


def test_the_project_needs_no_newer_python_than_it_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert project["project"]["requires-python"] == ">=3.11"
    assert project["tool"]["ruff"]["target-version"] == "py311"


def _modules() -> list[Path]:
    return [path for folder in ("app", "workers", "lint") for path in (ROOT / folder).rglob("*.py")]


def _pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", lock.read_text(), re.MULTILINE))


def _without_comments(path: Path) -> str:
    return "\n".join(line for line in path.read_text().splitlines() if not line.lstrip().startswith("#"))
