"""Files for the browser: ours, and those of installed wheels; each address names its content, so it never changes."""

import gzip
import mimetypes
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from app.config import ROOT
from app.web.icons import SPRITE, cut_sprite

VENDOR = {
    "bootstrap.css": ("bootstrap-flask", "flask_bootstrap/static/bootstrap5/css/bootstrap.min.css"),
    "htmx.js": ("django-htmx", "django_htmx/static/django_htmx/htmx-2.min.js"),
    "plotly.js": ("plotly", "plotly/package_data/plotly.min.js"),
}
COMPRESSED = frozenset({"text/css", "text/javascript", "image/svg+xml", "application/json"})
FOREVER = "public, max-age=31536000, immutable"

bp = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    content: bytes
    mimetype: str

    @cached_property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()[:12]

    @cached_property
    def gzipped(self) -> bytes | None:
        return gzip.compress(self.content, 6, mtime=0) if self.mimetype in COMPRESSED else None


@dataclass(frozen=True)
class Assets:
    """``ours`` share one digest, so that a module of ours can import another by a relative address."""

    vendor: dict[str, Asset] = field(default_factory=dict)
    ours: dict[str, Asset] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        parts = (f"{name}:{asset.digest}" for name, asset in sorted(self.ours.items()))
        return sha256("\n".join(parts).encode()).hexdigest()[:12]


def init_app(app: Flask) -> None:
    app.extensions["waybill.assets"] = read_assets(ROOT / "static")
    app.register_blueprint(bp)
    app.jinja_env.globals.update(asset=asset, vendor=vendor)


def read_assets(folder: Path) -> Assets:
    vendor = {name: Asset(_from_wheel(*place), _mimetype(name)) for name, place in VENDOR.items()}
    vendor["icons.svg"] = Asset(cut_sprite(_from_wheel(*SPRITE)), "image/svg+xml")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    ours = {path.relative_to(folder).as_posix(): Asset(path.read_bytes(), _mimetype(path.name)) for path in files}
    return Assets(vendor=vendor, ours=ours)


def write_assets(assets: Assets, folder: Path) -> int:
    """For a web server in front: the same addresses as files. Answers how many."""
    places = {f"vendor/{asset.digest}/{name}": asset for name, asset in assets.vendor.items()}
    places |= {f"static/{assets.digest}/{name}": asset for name, asset in assets.ours.items()}
    for place, asset in places.items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(asset.content)
    return len(places)


def asset(name: str) -> str:
    """The address of one of our own files under ``static``."""
    assets = _assets()
    if name not in assets.ours:
        raise LookupError(f"there is no file static/{name}")
    return url_for("assets.ours", digest=assets.digest, name=name)


def vendor(name: str) -> str:
    """The address of a file from a wheel."""
    return url_for("assets.theirs", digest=_assets().vendor[name].digest, name=name)


@bp.get("/static/<digest>/<path:name>")
def ours(digest: str, name: str) -> Response:
    assets = _assets()
    return _answer(assets.ours.get(name) if digest == assets.digest else None)


@bp.get("/vendor/<digest>/<path:name>")
def theirs(digest: str, name: str) -> Response:
    found = _assets().vendor.get(name)
    return _answer(found if found and found.digest == digest else None)


def _answer(found: Asset | None) -> Response:
    if found is None:
        abort(404)
    packed = found.gzipped if "gzip" in request.headers.get("Accept-Encoding", "") else None
    response = Response(packed or found.content, mimetype=found.mimetype)
    response.headers["Cache-Control"] = FOREVER
    if found.gzipped:
        response.vary.add("Accept-Encoding")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _assets() -> Assets:
    found: Assets = current_app.extensions["waybill.assets"]
    return found


def _from_wheel(wheel: str, path: str) -> bytes:
    return Path(str(distribution(wheel).locate_file(path))).read_bytes()


def _mimetype(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
